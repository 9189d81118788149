-- The holidays of an exchange between two days as they were known at a time: of each the words with the latest
-- known_from among those known by then; `listed` is false of one that a newer complete list had no more by then.
WITH said AS (
    SELECT list_type, segment, holiday_date, description, morning_session, evening_session,
           payload_id, recorded_at, true AS listed
    FROM market.holiday
    WHERE exchange = %(exchange)s AND holiday_date BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT list_type, segment, holiday_date, description, morning_session, evening_session,
           payload_id, recorded_at, true
    FROM market.holiday_revision
    WHERE exchange = %(exchange)s AND holiday_date BETWEEN %(first)s AND %(last)s
    UNION ALL
    -- A row that stands withdrawn keeps its words.
    SELECT list_type, segment, holiday_date, description, morning_session, evening_session, withdrawn_by, NULL, false
    FROM market.holiday
    WHERE exchange = %(exchange)s AND holiday_date BETWEEN %(first)s AND %(last)s AND withdrawn_by IS NOT NULL
    UNION ALL
    -- Where words ended and none begin the day was withdrawn.
    SELECT list_type, segment, holiday_date, description, morning_session, evening_session, superseded_by, NULL, false
    FROM market.holiday_revision
    WHERE exchange = %(exchange)s AND holiday_date BETWEEN %(first)s AND %(last)s
),
placed AS (
    SELECT said.*, payload.fetched_at, payload.feed, payload.url, payload.sha256,
           coalesce(said.recorded_at, payload.recorded_at) AS readable_at
    FROM said
    JOIN etl.payload AS payload USING (payload_id)
),
chosen AS (
    SELECT DISTINCT ON (list_type, segment, holiday_date) *
    FROM placed
    WHERE fetched_at <= %(at)s AND (%(source_time)s OR readable_at <= %(at)s)
    ORDER BY list_type, segment, holiday_date, fetched_at DESC, feed DESC, sha256 DESC, listed DESC
)
SELECT %(exchange)s::text AS exchange, list_type, segment, holiday_date, description, morning_session, evening_session,
       listed, fetched_at AS known_from, readable_at AS recorded_at, feed, url, sha256
FROM chosen
ORDER BY holiday_date, list_type DESC, segment
