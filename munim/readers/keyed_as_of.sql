-- The rows of a keyed table between two days as they were known at a time: of each key the values with the latest
-- known_from among those known by then, unless they had been withdrawn by then. Where none were known, and it is asked
-- for, the first that were fetched long after their day: not known then, and marked by known_from and reconstructed.
-- The names in braces are a table of ours and columns of it.
WITH said AS (
    SELECT {key}, {columns}, payload_id, recorded_at, true AS stands
    FROM market.{table}
    WHERE {day} BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT {key}, {columns}, payload_id, recorded_at, true
    FROM market.{table}_revision
    WHERE {day} BETWEEN %(first)s AND %(last)s
    UNION ALL
    -- Where values ended and none begin they were withdrawn.
    SELECT {key}, {columns}, superseded_by, NULL, false
    FROM market.{table}_revision AS ended
    WHERE {day} BETWEEN %(first)s AND %(last)s
      AND NOT EXISTS (
          SELECT FROM market.{table} AS begun
          WHERE ({begun}, begun.payload_id) = ({ended}, ended.superseded_by)
      )
      AND NOT EXISTS (
          SELECT FROM market.{table}_revision AS begun
          WHERE ({begun}, begun.payload_id) = ({ended}, ended.superseded_by)
      )
),
placed AS (
    SELECT said.*, payload.fetched_at, payload.feed, payload.url, payload.sha256, payload.origin,
           coalesce(said.recorded_at, payload.recorded_at) AS readable_at,
           payload.fetched_at > (said.{day} + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
           payload.fetched_at <= %(at)s
               AND (%(source_time)s OR coalesce(said.recorded_at, payload.recorded_at) <= %(at)s) AS known
    FROM said
    JOIN etl.payload AS payload USING (payload_id)
),
chosen AS (
    SELECT DISTINCT ON ({key}) *
    FROM placed
    WHERE known
       OR (%(include_reconstructed)s AND stands
           AND reconstructed AND ({day} + 1)::timestamp AT TIME ZONE 'Asia/Kolkata' <= %(at)s)
    ORDER BY {key}, known DESC,
             CASE WHEN known THEN fetched_at END DESC, CASE WHEN known THEN feed END DESC,
             CASE WHEN known THEN sha256 END DESC, fetched_at, feed, sha256
)
SELECT {key}, {columns}, origin = 'import' AS imported, fetched_at AS known_from, readable_at AS recorded_at,
       reconstructed, feed, url, sha256
FROM chosen
WHERE stands
ORDER BY {key}
