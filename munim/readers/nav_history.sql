-- What was said of the NAV of a scheme on a day, each value with when it was known and until when, as known at a time.
WITH said AS (
    SELECT nav, payload_id, NULL::integer AS superseded_by
    FROM market.nav WHERE nav_date = %(day)s AND scheme_code = %(key)s
    UNION ALL
    SELECT nav, payload_id, superseded_by
    FROM market.nav_revision WHERE nav_date = %(day)s AND scheme_code = %(key)s
)
SELECT %(key)s::text AS what, trim_scale(said.nav)::text AS value,
       payload.fetched_at AS known_from,
       CASE WHEN ending.fetched_at <= %(at)s AND coalesce(ended.recorded_at, ending.recorded_at) <= %(at)s
            THEN ending.fetched_at END AS known_to,
       coalesce(earlier.recorded_at, payload.recorded_at) AS recorded_at,
       payload.origin, payload.feed, payload.url, payload.sha256, payload.run_id
FROM said
JOIN etl.payload AS payload USING (payload_id)
LEFT JOIN etl.nav_recorded AS earlier
    ON (earlier.nav_date, earlier.scheme_code, earlier.payload_id) = (%(day)s, %(key)s, said.payload_id)
LEFT JOIN etl.payload AS ending ON ending.payload_id = said.superseded_by
LEFT JOIN etl.nav_recorded AS ended
    ON (ended.nav_date, ended.scheme_code, ended.payload_id) = (%(day)s, %(key)s, said.superseded_by)
WHERE payload.fetched_at <= %(at)s AND coalesce(earlier.recorded_at, payload.recorded_at) <= %(at)s
ORDER BY payload.fetched_at, payload.feed, payload.sha256
