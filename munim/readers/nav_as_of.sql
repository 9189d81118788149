-- The NAVs of one scheme as they were known at a time: of each day the value with the latest known_from among those
-- known by then, unless it had been withdrawn by then. Where none was known, and it is asked for, the first value
-- that was fetched long after its day: not known then, and marked by known_from and reconstructed.
WITH said AS (
    SELECT nav_date, nav, payload_id, NULL::integer AS superseded_by
    FROM market.nav
    WHERE scheme_code = %(code)s AND nav_date BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT nav_date, nav, payload_id, superseded_by
    FROM market.nav_revision
    WHERE scheme_code = %(code)s AND nav_date BETWEEN %(first)s AND %(last)s
),
placed AS (
    SELECT said.nav_date, said.nav, said.superseded_by,
           payload.fetched_at, payload.feed, payload.url, payload.sha256,
           coalesce(earlier.recorded_at, payload.recorded_at) AS recorded_at,
           payload.fetched_at > (said.nav_date + 8) AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
           payload.fetched_at <= %(at)s
               AND (%(source_time)s OR coalesce(earlier.recorded_at, payload.recorded_at) <= %(at)s) AS known
    FROM said
    JOIN etl.payload AS payload USING (payload_id)
    LEFT JOIN etl.nav_recorded AS earlier
        ON earlier.scheme_code = %(code)s AND (earlier.nav_date, earlier.payload_id) = (said.nav_date, said.payload_id)
),
chosen AS (
    SELECT DISTINCT ON (nav_date) *
    FROM placed
    WHERE known
       OR (%(include_reconstructed)s AND reconstructed AND (nav_date + 1) AT TIME ZONE 'Asia/Kolkata' <= %(at)s)
    ORDER BY nav_date, known DESC,
             CASE WHEN known THEN fetched_at END DESC, CASE WHEN known THEN feed END DESC,
             CASE WHEN known THEN sha256 END DESC, fetched_at, feed, sha256
)
SELECT chosen.nav_date, trim_scale(chosen.nav) AS nav, chosen.fetched_at AS known_from, chosen.recorded_at,
       chosen.reconstructed, chosen.feed, chosen.url, chosen.sha256
FROM chosen
LEFT JOIN etl.payload AS later ON later.payload_id = chosen.superseded_by
WHERE NOT (chosen.known AND later.payload_id IS NOT NULL
           AND later.fetched_at <= %(at)s AND (%(source_time)s OR later.recorded_at <= %(at)s))
ORDER BY chosen.nav_date
