-- The columns of one group of market.equity_eod for a security's symbols, as they were known at a time: of each row the
-- values with the latest known_from among those known by then, unless they had been withdrawn by then. Where none were
-- known, and it is asked for, the first that were fetched long after their day. The names in braces are a group of ours
-- and its columns. The rows of a session are one stretch of the index: a look for each day that a file was about.
WITH state AS (
    SELECT given.symbol, given.valid_from, given.valid_to
    FROM unnest(%(symbols)s::text[], %(valid_from)s::date[], %(valid_to)s::date[]) AS given (symbol, valid_from, valid_to)
),
session AS (
    SELECT DISTINCT content_modal AS trade_date FROM etl.payload
    WHERE dataset = 'equity' AND starts_with(feed, lower(%(exchange)s)) AND content_modal BETWEEN %(first)s AND %(last)s
),
wanted AS (
    SELECT session.trade_date, state.symbol
    FROM session JOIN state ON session.trade_date BETWEEN state.valid_from AND state.valid_to
),
said AS (
    SELECT eod.trade_date, eod.symbol, eod.series, {columns},
           eod.{group}_payload_id AS payload_id, eod.{group}_recorded_at AS recorded_at, true AS stands
    FROM wanted
    CROSS JOIN LATERAL (
        SELECT * FROM market.equity_eod AS kept
        WHERE (kept.exchange, kept.trade_date, kept.symbol) = (%(exchange)s, wanted.trade_date, wanted.symbol)
    ) AS eod
    WHERE eod.{group}_payload_id IS NOT NULL
    UNION ALL
    SELECT old.trade_date, old.symbol, old.series, {columns}, version.payload_id, version.recorded_at, version.stands
    FROM wanted
    CROSS JOIN LATERAL (
        SELECT * FROM market.equity_eod_revision AS kept
        WHERE (kept.exchange, kept.trade_date, kept.symbol) = (%(exchange)s, wanted.trade_date, wanted.symbol)
          AND kept.column_group = '{group}'
    ) AS old
    -- Where values ended and none begin they were withdrawn: what began with the same payload comes before it.
    CROSS JOIN LATERAL (VALUES (old.payload_id, old.recorded_at, true), (old.superseded_by, NULL::timestamptz, false))
        AS version (payload_id, recorded_at, stands)
),
placed AS (
    SELECT said.*, payload.fetched_at, payload.feed, payload.url, payload.sha256,
           coalesce(said.recorded_at, payload.recorded_at) AS readable_at,
           payload.fetched_at > (said.trade_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
           payload.fetched_at <= %(at)s
               AND (%(source_time)s OR coalesce(said.recorded_at, payload.recorded_at) <= %(at)s) AS known
    FROM said
    JOIN etl.payload AS payload USING (payload_id)
),
chosen AS (
    SELECT DISTINCT ON (trade_date, symbol, series) *
    FROM placed
    WHERE known
       OR (%(include_reconstructed)s AND stands
           AND reconstructed AND (trade_date + 1)::timestamp AT TIME ZONE 'Asia/Kolkata' <= %(at)s)
    ORDER BY trade_date, symbol, series, known DESC,
             CASE WHEN known THEN fetched_at END DESC, CASE WHEN known THEN feed END DESC,
             CASE WHEN known THEN sha256 END DESC, fetched_at, feed, sha256, stands DESC
)
SELECT trade_date, symbol, series, {shown}, fetched_at AS known_from, readable_at AS recorded_at, reconstructed, feed,
       url, sha256
FROM chosen
WHERE stands
ORDER BY trade_date, symbol, series
