-- The NAVs of one scheme as they were known at a time: of each day the value with the latest known_from among those
-- known by then, unless it had been withdrawn by then. Where none was known, and it is asked for, the first value
-- that was fetched long after its day: not known then, and marked by known_from and reconstructed.
WITH said AS (
    SELECT nav_date, nav, payload_id
    FROM market.nav
    WHERE scheme_code = %(code)s AND nav_date BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT nav_date, nav, payload_id
    FROM market.nav_revision
    WHERE scheme_code = %(code)s AND nav_date BETWEEN %(first)s AND %(last)s
    UNION ALL
    -- Where a value ended and none begins it was withdrawn; by then perhaps another one than that before it here, for
    -- a payload that was loaded later may stand between the two.
    SELECT nav_date, NULL, superseded_by
    FROM market.nav_revision
    WHERE scheme_code = %(code)s AND nav_date BETWEEN %(first)s AND %(last)s
),
placed AS (
    SELECT said.nav_date, said.nav,
           payload.fetched_at, payload.feed, payload.url, payload.sha256,
           coalesce(earlier.recorded_at, payload.recorded_at) AS recorded_at,
           payload.fetched_at > (said.nav_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
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
       OR (%(include_reconstructed)s AND nav IS NOT NULL
           AND reconstructed AND (nav_date + 1)::timestamp AT TIME ZONE 'Asia/Kolkata' <= %(at)s)
    ORDER BY nav_date, known DESC,
             CASE WHEN known THEN fetched_at END DESC, CASE WHEN known THEN feed END DESC,
             CASE WHEN known THEN sha256 END DESC, fetched_at, feed, sha256, nav IS NULL
)
SELECT nav_date, trim_scale(nav) AS nav, fetched_at AS known_from, recorded_at, reconstructed, feed, url, sha256
FROM chosen
WHERE nav IS NOT NULL
ORDER BY nav_date
