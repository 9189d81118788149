-- Bids for an issue by category, at every time that a source told them, as they were known at a time.
WITH said AS (
    SELECT source, source_id, book, as_of, sr_no, category, shares_offered, shares_bid, times, applications,
           as_of_from, payload_id, recorded_at, NULL::integer AS superseded_by
    FROM market.ipo_subscription
    UNION ALL
    SELECT source, source_id, book, as_of, sr_no, category, shares_offered, shares_bid, times, applications,
           as_of_from, payload_id, recorded_at, superseded_by
    FROM market.ipo_subscription_revision
    WHERE %(at)s::timestamptz < 'infinity'
)
SELECT said.book, said.as_of, said.as_of_from, said.sr_no, said.category, said.shares_offered, said.shares_bid,
       said.times, said.applications, payload.fetched_at AS known_from, said.recorded_at, payload.feed, payload.url,
       payload.sha256
FROM said
JOIN market.ipo_source AS named USING (source, source_id)
JOIN etl.payload AS payload ON payload.payload_id = said.payload_id
LEFT JOIN etl.payload AS ending ON ending.payload_id = said.superseded_by
WHERE named.ipo_id = %(issue)s
  AND payload.fetched_at <= %(at)s AND (%(source_time)s OR said.recorded_at <= %(at)s)
  AND (ending.payload_id IS NULL OR ending.fetched_at > %(at)s
       OR (NOT %(source_time)s AND ending.recorded_at > %(at)s))
ORDER BY said.book, said.as_of, said.sr_no = 'TOTAL', string_to_array(said.sr_no, '.'), said.sr_no
