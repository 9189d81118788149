-- What was said of some keys of a keyed table, each value with when it was known and until when, as known at a time.
-- The names in braces are a table of ours, columns of it, and conditions on its key.
WITH said AS (
    SELECT {key}, {columns}, {prefix}payload_id AS payload_id, {prefix}recorded_at AS recorded_at,
           NULL::integer AS superseded_by
    FROM market.{table}
    WHERE {condition} AND {prefix}payload_id IS NOT NULL
    UNION ALL
    SELECT {key}, {columns}, payload_id, recorded_at, superseded_by
    FROM market.{table}_revision
    WHERE {condition}{of_group}
)
SELECT {shown},
       payload.fetched_at AS known_from,
       CASE WHEN ending.fetched_at <= %(at)s AND ending.recorded_at <= %(at)s THEN ending.fetched_at END AS known_to,
       coalesce(said.recorded_at, payload.recorded_at) AS recorded_at,
       payload.origin, payload.feed, payload.url, payload.sha256, payload.run_id
FROM said
JOIN etl.payload AS payload ON payload.payload_id = said.payload_id
LEFT JOIN etl.payload AS ending ON ending.payload_id = said.superseded_by
WHERE payload.fetched_at <= %(at)s AND coalesce(said.recorded_at, payload.recorded_at) <= %(at)s
ORDER BY {key}, payload.fetched_at, payload.feed, payload.sha256
