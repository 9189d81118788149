-- NSE's files of a day tell the value that was traded twice: in ₹ (UDiFF and the layout before it), and in lakhs with two
-- decimals (sec_bhavdata_full). As one column the one looked like a restatement of the other, in whichever order they
-- came. Each has a column of its own now, and what shows one value takes the exact one where it is known.
ALTER TABLE market.equity_eod
    ADD COLUMN value_payload_id INTEGER,
    ADD COLUMN value_recorded_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN turnover_lakh NUMERIC;
ALTER TABLE market.equity_eod_revision ADD COLUMN turnover_lakh NUMERIC;

COMMENT ON COLUMN market.equity_eod.value_inr IS 'Value traded, ₹, as exact as the exchange tells it; NULL: not said, see turnover_lakh.';
COMMENT ON COLUMN market.equity_eod.value_payload_id IS 'Payload that established the columns of the group value; its fetched_at is known_from; NULL: nothing is known of them.';
COMMENT ON COLUMN market.equity_eod.value_recorded_at IS 'When the columns of the group value could first be read here; NULL: nothing is known of them.';
COMMENT ON COLUMN market.equity_eod.turnover_lakh IS 'Value traded in lakhs (₹ 100,000), rounded to ₹ 1,000; NULL: not said, or under ₹ 500.';
COMMENT ON COLUMN market.equity_eod_revision.value_inr IS 'Value traded, ₹, as exact as the exchange tells it; NULL: not said, see turnover_lakh.';
COMMENT ON COLUMN market.equity_eod_revision.turnover_lakh IS 'Value traded in lakhs (₹ 100,000), rounded to ₹ 1,000; NULL: not said, or under ₹ 500.';
COMMENT ON COLUMN market.equity_eod_revision.column_group IS 'Columns that this is a revision of: price, value, average, delivery, isin, label; the others are NULL.';

-- What the rounded values were that an exact one has outranked only the archive knows: `munim rebuild equity` fills
-- them in, and takes the revisions away that had stood for them.
UPDATE market.equity_eod AS eod
SET value_inr = CASE WHEN rounded THEN NULL ELSE value_inr END,
    value_payload_id = CASE WHEN rounded OR value_inr IS NULL THEN NULL ELSE price_payload_id END,
    value_recorded_at = CASE WHEN rounded OR value_inr IS NULL THEN NULL ELSE price_recorded_at END,
    turnover_lakh = CASE WHEN rounded THEN value_inr / 100000 END,
    average_payload_id = CASE WHEN rounded AND value_inr IS NOT NULL THEN coalesce(average_payload_id, price_payload_id)
                              ELSE average_payload_id END,
    average_recorded_at = CASE WHEN rounded AND value_inr IS NOT NULL
                               THEN coalesce(average_recorded_at, price_recorded_at) ELSE average_recorded_at END
FROM (SELECT payload_id, feed IN ('nse.bhavcopy_full', 'munim.revert.nse.bhavcopy_full') AS rounded FROM etl.payload)
    AS origin
WHERE origin.payload_id = eod.price_payload_id;

INSERT INTO market.equity_eod_revision (
    exchange, trade_date, symbol, series, column_group, value_inr, payload_id, superseded_by, recorded_at, known_from,
    known_to
)
SELECT old.exchange, old.trade_date, old.symbol, old.series, 'value', old.value_inr, old.payload_id, old.superseded_by,
       old.recorded_at, old.known_from, old.known_to
FROM market.equity_eod_revision AS old
JOIN etl.payload AS origin ON origin.payload_id = old.payload_id
WHERE old.column_group = 'price' AND old.value_inr IS NOT NULL
  AND origin.feed NOT IN ('nse.bhavcopy_full', 'munim.revert.nse.bhavcopy_full');
UPDATE market.equity_eod_revision SET value_inr = NULL WHERE column_group = 'price' AND value_inr IS NOT NULL;

CREATE OR REPLACE VIEW agent.equity_eod AS
SELECT eod.exchange, eod.trade_date, eod.symbol, eod.series, eod.open, eod.high, eod.low, eod.close, eod.last,
       eod.previous_close, eod.average_price, eod.volume, coalesce(eod.value_inr, eod.turnover_lakh * 100000) AS value_inr, eod.trades, eod.delivered_quantity,
       eod.delivery_pct, eod.isin, eod.ticker, eod.name, eod.date_from,
       payload.fetched_at AS known_from, eod.price_recorded_at AS recorded_at,
       payload.fetched_at > (eod.trade_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
       payload.feed, payload.url, payload.sha256, 'raw'::text AS basis
FROM market.equity_eod AS eod
LEFT JOIN etl.payload AS payload ON payload.payload_id = eod.price_payload_id;
COMMENT ON COLUMN agent.equity_eod.value_inr IS
    'Value traded, ₹; NULL: not said. Rounded to ₹ 1,000 where NSE''s file of deliveries alone tells it.';

CREATE OR REPLACE VIEW etl.ipo_first_day AS
SELECT DISTINCT ON (issue.ipo_id)
       issue.ipo_id, eod.exchange::text COLLATE "default" AS exchange, eod.open AS open_inr, eod.high AS high_inr,
       eod.low AS low_inr, eod.close AS close_inr, eod.price_payload_id
FROM market.ipo AS issue
JOIN market.equity_eod AS eod ON eod.trade_date = issue.listing_date
WHERE issue.status = 'listed' AND eod.close IS NOT NULL
  AND CASE WHEN issue.isin IS NOT NULL AND eod.isin IS NOT NULL THEN issue.isin = eod.isin
           WHEN eod.exchange = 'NSE' THEN eod.symbol = issue.symbol AND eod.series IN ('EQ', 'BE', 'BZ', 'SM', 'ST', 'SZ')
           ELSE eod.symbol = issue.bse_scrip_code END
ORDER BY issue.ipo_id, eod.exchange DESC, (issue.isin = eod.isin) DESC NULLS LAST,
         coalesce(eod.value_inr, eod.turnover_lakh * 100000) DESC NULLS LAST, eod.series;

-- `value_inr` of the group value is exact; of the group average it is rounded to ₹ 1,000.
CREATE OR REPLACE FUNCTION etl.equity_group_as_of(
    of_exchange text, of_symbol text, first_day date, last_day date, known_at timestamptz, source_time boolean,
    include_reconstructed boolean, of_group text
)
RETURNS TABLE (
    trade_date date, symbol text, series text, open numeric, high numeric, low numeric, close numeric, last
    numeric, previous_close numeric, volume bigint, value_inr numeric, trades bigint, date_from text,
    average_price numeric, delivered_quantity bigint, delivery_pct numeric, isin text, known_from timestamptz,
    recorded_at timestamptz, reconstructed boolean, feed text, url text, sha256 text
)
LANGUAGE sql STABLE
AS $$
    WITH state AS (
        SELECT state.symbol, state.valid_from, coalesce(state.valid_to, 'infinity') AS valid_to
        FROM market.instrument AS state
        WHERE (state.exchange, state.current_symbol) = (of_exchange, of_symbol)
        UNION ALL
        SELECT of_symbol, '-infinity', 'infinity'
        WHERE NOT EXISTS (SELECT FROM market.instrument AS state
                          WHERE (state.exchange, state.current_symbol) = (of_exchange, of_symbol))
    ),
    session AS (
        SELECT DISTINCT content_modal AS trade_date FROM etl.payload
        WHERE dataset = 'equity' AND starts_with(feed, lower(of_exchange)) AND content_modal BETWEEN first_day AND last_day
    ),
    wanted AS (
        SELECT session.trade_date, state.symbol
        FROM session JOIN state ON session.trade_date BETWEEN state.valid_from AND state.valid_to
    ),
    said AS (
        SELECT eod.trade_date, eod.symbol, eod.series, open, high, low, close, last,
               previous_close, volume,
               CASE of_group WHEN 'average' THEN turnover_lakh * 100000 ELSE value_inr END AS value_inr, trades,
               date_from, average_price, delivered_quantity, delivery_pct, isin,
               written.payload_id, written.recorded_at, true AS stands
        FROM wanted
        CROSS JOIN LATERAL (
            SELECT * FROM market.equity_eod AS kept
            WHERE (kept.exchange, kept.trade_date, kept.symbol) = (of_exchange, wanted.trade_date, wanted.symbol)
        ) AS eod
        CROSS JOIN LATERAL (
            SELECT CASE of_group WHEN 'price' THEN eod.price_payload_id WHEN 'average' THEN eod.average_payload_id
                                 WHEN 'value' THEN eod.value_payload_id
                                 WHEN 'delivery' THEN eod.delivery_payload_id ELSE eod.isin_payload_id END AS payload_id,
                   CASE of_group WHEN 'price' THEN eod.price_recorded_at WHEN 'average' THEN eod.average_recorded_at
                                 WHEN 'value' THEN eod.value_recorded_at
                                 WHEN 'delivery' THEN eod.delivery_recorded_at ELSE eod.isin_recorded_at END AS recorded_at
        ) AS written
        WHERE written.payload_id IS NOT NULL
        UNION ALL
        SELECT old.trade_date, old.symbol, old.series, open, high, low, close, last,
               previous_close, volume,
               CASE of_group WHEN 'average' THEN turnover_lakh * 100000 ELSE value_inr END, trades,
               date_from, average_price, delivered_quantity, delivery_pct, isin,
               version.payload_id, version.recorded_at, version.stands
        FROM wanted
        CROSS JOIN LATERAL (
            SELECT * FROM market.equity_eod_revision AS kept
            WHERE (kept.exchange, kept.trade_date, kept.symbol) = (of_exchange, wanted.trade_date, wanted.symbol)
              AND kept.column_group = of_group
        ) AS old
        -- Where values ended and none begin they were withdrawn: what began with the same payload comes before it.
        CROSS JOIN LATERAL (VALUES (old.payload_id, old.recorded_at, true), (old.superseded_by, NULL::timestamptz, false))
            AS version (payload_id, recorded_at, stands)
    ),
    placed AS (
        SELECT said.*, payload.fetched_at, payload.feed, payload.url, payload.sha256,
               coalesce(said.recorded_at, payload.recorded_at) AS readable_at,
               payload.fetched_at > (said.trade_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
               payload.fetched_at <= known_at
                   AND (source_time OR coalesce(said.recorded_at, payload.recorded_at) <= known_at) AS known
        FROM said
        JOIN etl.payload AS payload USING (payload_id)
    ),
    chosen AS (
        SELECT DISTINCT ON (trade_date, symbol, series) *
        FROM placed
        WHERE known
           OR (include_reconstructed AND stands
               AND reconstructed AND (trade_date + 1)::timestamp AT TIME ZONE 'Asia/Kolkata' <= known_at)
        ORDER BY trade_date, symbol, series, known DESC,
                 CASE WHEN known THEN fetched_at END DESC, CASE WHEN known THEN feed END DESC,
                 CASE WHEN known THEN sha256 END DESC, fetched_at, feed, sha256, stands DESC
    )
    SELECT trade_date, symbol, series, open, high, low, close, last,
               previous_close, volume, value_inr, trades,
               date_from, average_price, delivered_quantity, delivery_pct, isin,
               fetched_at AS known_from, readable_at AS recorded_at, reconstructed, feed,
           url, sha256
    FROM chosen
    WHERE stands
    ORDER BY trade_date, symbol, series
$$;
COMMENT ON FUNCTION etl.equity_group_as_of IS
    'One group of columns (price, value, average, delivery or isin) of a security''s rows as it was known at a time.';

CREATE OR REPLACE FUNCTION agent.equity_as_of(
    of_exchange text, of_symbol text, first_day date, last_day date, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false,
    include_reconstructed boolean DEFAULT false, of_series text DEFAULT NULL
)
RETURNS TABLE (
    trade_date date, symbol text, series text, open numeric, high numeric, low numeric, close numeric, last
    numeric, previous_close numeric, average_price numeric, volume bigint, value_inr numeric, trades bigint,
    delivered_quantity bigint, delivery_pct numeric, isin text, date_from text, known_from timestamptz,
    recorded_at timestamptz, reconstructed boolean, feed text, url text, sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT price.trade_date, price.symbol, price.series, price.open, price.high, price.low, price.close, price.last, price.previous_close, average.average_price,
           price.volume, coalesce(value.value_inr, average.value_inr), price.trades, delivery.delivered_quantity, delivery.delivery_pct, isin.isin, price.date_from,
           price.known_from, price.recorded_at, price.reconstructed, price.feed, price.url, price.sha256
    FROM etl.equity_group_as_of(
        of_exchange, of_symbol, first_day, last_day, known_at, source_time, include_reconstructed, 'price'
    ) AS price
    LEFT JOIN etl.equity_group_as_of(
        of_exchange, of_symbol, first_day, last_day, known_at, source_time, include_reconstructed, 'value'
    ) AS value USING (trade_date, symbol, series)
    LEFT JOIN etl.equity_group_as_of(
        of_exchange, of_symbol, first_day, last_day, known_at, source_time, include_reconstructed, 'average'
    ) AS average USING (trade_date, symbol, series)
    LEFT JOIN etl.equity_group_as_of(
        of_exchange, of_symbol, first_day, last_day, known_at, source_time, include_reconstructed, 'delivery'
    ) AS delivery USING (trade_date, symbol, series)
    LEFT JOIN etl.equity_group_as_of(
        of_exchange, of_symbol, first_day, last_day, known_at, source_time, include_reconstructed, 'isin'
    ) AS isin USING (trade_date, symbol, series)
    WHERE CASE WHEN of_series IS NULL THEN etl.is_share(of_exchange, price.series) AND price.series <> 'T0'
               ELSE price.series = of_series END
    ORDER BY price.trade_date, price.symbol, price.series
$$;
