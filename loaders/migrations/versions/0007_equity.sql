-- Sessions that bhavcopies prove, adjusted prices, views for reading, and the named screens.

-- The series of NSE that trade one security under one ISIN; elsewhere a security has one series at a time.
-- As SHARES_OF_NSE in pipelines/instrument_facts.py: a test compares the two.
CREATE FUNCTION etl.is_share(of_exchange text, of_series text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT of_exchange <> 'NSE'
        OR of_series IN ('EQ', 'BE', 'BZ', 'BL', 'IL', 'SM', 'ST', 'SZ', 'RR', 'IV', 'T0')
$$;
COMMENT ON FUNCTION etl.is_share IS
    'Whether a series trades the symbol''s shares; a bond or a warrant stands under the same symbol at NSE.';

-- From the ledger, which has a row a file: the table itself has thousands a session.
CREATE VIEW etl.equity_payload AS
SELECT payload.payload_id, payload.feed, payload.layout,
       CASE WHEN payload.feed LIKE 'bse.%' THEN 'BSE' ELSE 'NSE' END AS exchange,
       payload.content_modal AS trade_date, payload.fetched_at, payload.sha256, payload.recorded_at
FROM etl.payload AS payload
WHERE payload.dataset = 'equity' AND payload.content_modal IS NOT NULL
  AND NOT EXISTS (SELECT FROM etl.run WHERE run.reverts_run_id = payload.run_id AND run.status = 'success');
COMMENT ON VIEW etl.equity_payload IS 'The bhavcopies that are loaded and were not taken back.';
COMMENT ON COLUMN etl.equity_payload.payload_id IS 'Payload.';
COMMENT ON COLUMN etl.equity_payload.feed IS 'Feed.';
COMMENT ON COLUMN etl.equity_payload.layout IS 'Layout that the parser recognised.';
COMMENT ON COLUMN etl.equity_payload.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN etl.equity_payload.trade_date IS 'Session that it holds (Asia/Kolkata).';
COMMENT ON COLUMN etl.equity_payload.fetched_at IS 'When it was fetched.';
COMMENT ON COLUMN etl.equity_payload.sha256 IS 'Digest of its bytes.';
COMMENT ON COLUMN etl.equity_payload.recorded_at IS 'When it was loaded here.';

CREATE VIEW etl.equity_session AS
SELECT DISTINCT ON (exchange, trade_date) exchange, trade_date, payload_id, recorded_at
FROM etl.equity_payload
ORDER BY exchange, trade_date, fetched_at, feed, sha256;
COMMENT ON VIEW etl.equity_session IS 'The sessions of which there is a bhavcopy, each with the first that was fetched.';
COMMENT ON COLUMN etl.equity_session.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN etl.equity_session.trade_date IS 'Session (Asia/Kolkata).';
COMMENT ON COLUMN etl.equity_session.payload_id IS 'Payload that was fetched first of those that hold it.';
COMMENT ON COLUMN etl.equity_session.recorded_at IS 'When that was loaded here.';

CREATE OR REPLACE VIEW etl.proven_session AS
SELECT exchange, session_date, proof, payload_id, recorded_at FROM market.listed_session
UNION ALL
SELECT exchange, trade_date, 'bhavcopy', payload_id, recorded_at FROM etl.equity_session;

-- A legacy file has what UDiFF has, and those that were merged with deliveries what sec_bhavdata_full has beside it.
CREATE OR REPLACE VIEW etl.feed_day AS
SELECT DISTINCT 'nse.fii_dii' AS feed, trade_date AS day FROM market.fii_dii
WHERE scope = 'all_exchanges' AND basis = 'exchange_provisional'
UNION ALL SELECT DISTINCT 'nse.participant_oi', trade_date FROM market.participant_oi
UNION ALL SELECT DISTINCT 'nsdl.fpi_latest', reporting_date FROM market.fpi_flow
UNION ALL SELECT DISTINCT 'nse.bhavcopy_udiff', trade_date FROM etl.equity_payload
WHERE feed IN ('nse.bhavcopy_udiff', 'nse.bhavcopy_legacy')
UNION ALL SELECT DISTINCT 'nse.bhavcopy_full', trade_date FROM etl.equity_payload
WHERE feed = 'nse.bhavcopy_full' OR layout LIKE 'nse-legacy%-delivery'
UNION ALL SELECT DISTINCT 'bse.bhavcopy_udiff', trade_date FROM etl.equity_payload WHERE exchange = 'BSE';

-- What a symbol of a day is called today. A symbol that was one company's and then another's is told by the day.
CREATE FUNCTION etl.current_symbol(of_exchange text, of_symbol text, of_day date) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(
        (SELECT state.current_symbol FROM market.instrument AS state
         WHERE (state.exchange, state.symbol) = (of_exchange, of_symbol)
         ORDER BY of_day BETWEEN state.valid_from AND coalesce(state.valid_to, 'infinity') DESC, state.valid_from
         LIMIT 1),
        of_symbol)
$$;
COMMENT ON FUNCTION etl.current_symbol IS 'Today''s symbol of the security that had a symbol on a day; the symbol itself where nothing is known of it.';

CREATE FUNCTION etl.action_at(at timestamptz, source_time boolean)
RETURNS TABLE (exchange text, symbol text, series text, ex_date date, subject text, shares_after bigint, shares_before bigint)
LANGUAGE sql STABLE
AS $$
    SELECT action.exchange, action.symbol, action.series, action.ex_date, action.subject,
           action.shares_after, action.shares_before
    FROM market.corporate_action AS action
    JOIN etl.payload AS payload USING (payload_id)
    LEFT JOIN etl.payload AS withdrawn ON withdrawn.payload_id = action.withdrawn_by
    WHERE payload.fetched_at <= at AND (source_time OR action.recorded_at <= at)
      AND NOT coalesce(withdrawn.fetched_at <= at AND (source_time OR withdrawn.recorded_at <= at), false)
    UNION ALL
    SELECT action.exchange, action.symbol, action.series, action.ex_date, action.subject,
           action.shares_after, action.shares_before
    FROM market.corporate_action_revision AS action
    JOIN etl.payload AS superseded ON superseded.payload_id = action.superseded_by
    WHERE action.known_from <= at AND (source_time OR action.recorded_at <= at)
      AND NOT (action.known_to <= at AND (source_time OR superseded.recorded_at <= at))
$$;
COMMENT ON FUNCTION etl.action_at IS 'Corporate actions as they were known at a time; source_time: as the source had told them, whenever they were loaded.';

CREATE AGGREGATE etl.product (numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1', PARALLEL = SAFE);
COMMENT ON AGGREGATE etl.product(numeric) IS 'The product of numbers, exact.';

-- NSE lists an action once for each series: it happens once. BSE's own list is not among the feeds: its shares have
-- the actions of the NSE security with the same ISIN today.
CREATE FUNCTION etl.adjustments(of_exchange text, of_symbol text, at timestamptz, source_time boolean)
RETURNS TABLE (series text, ex_date date, shares_after bigint, shares_before bigint)
LANGUAGE sql STABLE
AS $$
    WITH twin AS (
        SELECT DISTINCT nse.current_symbol
        FROM market.instrument AS own
        JOIN market.instrument AS nse ON nse.current_isin = own.current_isin AND nse.exchange = 'NSE'
        WHERE own.exchange = of_exchange AND own.exchange <> 'NSE' AND own.current_symbol = of_symbol
    ),
    named AS (
        SELECT state.exchange, state.symbol FROM market.instrument AS state
        WHERE (state.exchange, state.current_symbol) = (of_exchange, of_symbol)
        UNION SELECT of_exchange, of_symbol
        UNION SELECT state.exchange, state.symbol FROM market.instrument AS state
        JOIN twin USING (current_symbol) WHERE state.exchange = 'NSE'
    ),
    own AS (
        SELECT CASE WHEN etl.is_share(action.exchange, action.series) THEN NULL ELSE action.series END AS series,
               action.ex_date, action.subject, action.shares_after, action.shares_before
        FROM etl.action_at(at, source_time) AS action
        JOIN named USING (exchange, symbol)
        WHERE (action.exchange = of_exchange OR etl.is_share(action.exchange, action.series))
          AND (action.shares_after IS NULL OR action.shares_after <> action.shares_before)
          AND etl.current_symbol(action.exchange, action.symbol, action.ex_date)
              IN (SELECT of_symbol UNION ALL SELECT twin.current_symbol FROM twin)
    )
    SELECT DISTINCT ON (own.series, own.ex_date, own.subject)
           own.series, own.ex_date, own.shares_after, own.shares_before
    FROM own ORDER BY own.series, own.ex_date, own.subject
$$;
COMMENT ON FUNCTION etl.adjustments IS
    'What changes a security''s prices, by today''s symbol: splits, consolidations, bonuses, and what nobody quantifies (NULL); series NULL: the shares.';

CREATE FUNCTION market.adjusted_eod(
    of_exchange text, of_symbol text, first_day date DEFAULT '-infinity', last_day date DEFAULT 'infinity',
    at timestamptz DEFAULT 'infinity', source_time boolean DEFAULT false
)
RETURNS TABLE (
    trade_date date, symbol text, series text, factor numeric, era integer,
    open numeric, high numeric, low numeric, close numeric, volume numeric, delivered_quantity numeric
)
LANGUAGE sql STABLE
AS $$
    WITH step AS MATERIALIZED (
        SELECT * FROM etl.adjustments(of_exchange, of_symbol, at, source_time)
    ),
    -- The rows of each session are one stretch of the index: a look for each session, not through all of them.
    raw AS (
        SELECT eod.*
        FROM (SELECT state.symbol, state.valid_from, coalesce(state.valid_to, 'infinity') AS valid_to
              FROM market.instrument AS state
              WHERE (state.exchange, state.current_symbol) = (of_exchange, of_symbol)
              UNION ALL
              SELECT of_symbol, '-infinity', 'infinity'
              WHERE NOT EXISTS (SELECT FROM market.instrument AS state
                                WHERE (state.exchange, state.symbol) = (of_exchange, of_symbol))) AS state
        JOIN etl.equity_session AS session
            ON session.exchange = of_exchange AND session.trade_date BETWEEN state.valid_from AND state.valid_to
        CROSS JOIN LATERAL (
            SELECT * FROM market.equity_eod AS kept
            WHERE (kept.exchange, kept.trade_date, kept.symbol) = (of_exchange, session.trade_date, state.symbol)
        ) AS eod
        WHERE session.trade_date BETWEEN first_day AND last_day
    )
    SELECT raw.trade_date, raw.symbol, raw.series, trim_scale(round(told.before / told.after, 12)), told.era,
           trim_scale(round(raw.open * told.before / told.after, 4)),
           trim_scale(round(raw.high * told.before / told.after, 4)),
           trim_scale(round(raw.low * told.before / told.after, 4)),
           trim_scale(round(raw.close * told.before / told.after, 4)),
           trim_scale(round(raw.volume * told.after / told.before, 4)),
           trim_scale(round(raw.delivered_quantity * told.after / told.before, 4))
    FROM raw
    CROSS JOIN LATERAL (
        SELECT etl.product(coalesce(step.shares_after, 1)) AS after, etl.product(coalesce(step.shares_before, 1)) AS before,
               count(*) FILTER (WHERE step.shares_after IS NULL)::integer AS era
        FROM step
        WHERE step.ex_date > raw.trade_date
          AND step.series IS NOT DISTINCT FROM
              CASE WHEN etl.is_share(of_exchange, raw.series) THEN NULL ELSE raw.series END
    ) AS told
    ORDER BY raw.trade_date, raw.series
$$;
COMMENT ON FUNCTION market.adjusted_eod IS
    'Prices (₹) and quantities of a security by its symbol of today, through its older symbols, as if every split, consolidation and bonus known at a time had always been. factor is what a raw price is multiplied by; rows of different era can''t be compared: an action in between has an effect that nobody quantifies (a demerger). Dividends are left in.';

-- The lists carry no date: since when is the day of the first list in a row that has the symbol.
CREATE VIEW market.index_span AS
WITH known AS (
    SELECT index_name, symbol, known_from, known_to FROM market.index_member_revision
    UNION ALL
    SELECT member.index_name, member.symbol, payload.fetched_at, withdrawn.fetched_at
    FROM market.index_member AS member
    JOIN etl.payload AS payload USING (payload_id)
    LEFT JOIN etl.payload AS withdrawn ON withdrawn.payload_id = member.withdrawn_by
),
begun AS (
    SELECT known.*, known_from IS DISTINCT FROM
           lag(known_to) OVER (PARTITION BY index_name, symbol ORDER BY known_from) AS begins
    FROM known
),
numbered AS (
    SELECT begun.*, count(*) FILTER (WHERE begins) OVER (PARTITION BY index_name, symbol ORDER BY known_from) AS stretch
    FROM begun
)
SELECT index_name, symbol, (min(known_from) AT TIME ZONE 'Asia/Kolkata')::date AS valid_from,
       CASE WHEN bool_and(known_to IS NOT NULL)
            THEN (max(known_to) AT TIME ZONE 'Asia/Kolkata')::date - 1 END AS valid_to
FROM numbered
GROUP BY index_name, symbol, stretch;
COMMENT ON VIEW market.index_span IS 'From when to when a symbol was in an index, by the lists that were fetched.';
COMMENT ON COLUMN market.index_span.index_name IS 'Index.';
COMMENT ON COLUMN market.index_span.symbol IS 'Symbol of the member.';
COMMENT ON COLUMN market.index_span.valid_from IS 'Day of the first list in a row that has it.';
COMMENT ON COLUMN market.index_span.valid_to IS 'Day before the first list without it; NULL: the newest list has it.';

CREATE VIEW agent.equity_eod AS
SELECT eod.exchange, eod.trade_date, eod.symbol, eod.series, eod.open, eod.high, eod.low, eod.close, eod.last,
       eod.previous_close, eod.average_price, eod.volume, eod.value_inr, eod.trades, eod.delivered_quantity,
       eod.delivery_pct, eod.isin, eod.ticker, eod.name, eod.date_from,
       payload.fetched_at AS known_from, eod.price_recorded_at AS recorded_at,
       payload.fetched_at > (eod.trade_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
       payload.feed, payload.url, payload.sha256
FROM market.equity_eod AS eod
LEFT JOIN etl.payload AS payload ON payload.payload_id = eod.price_payload_id;
COMMENT ON VIEW agent.equity_eod IS 'What each security did in a session, raw, with when its prices were known and where they came from. Give a day, or a span of days.';
COMMENT ON COLUMN agent.equity_eod.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN agent.equity_eod.trade_date IS 'Session (Asia/Kolkata).';
COMMENT ON COLUMN agent.equity_eod.symbol IS 'NSE''s symbol, BSE''s scrip code, as it was that day.';
COMMENT ON COLUMN agent.equity_eod.series IS 'NSE''s series, BSE''s group.';
COMMENT ON COLUMN agent.equity_eod.open IS 'First price, ₹.';
COMMENT ON COLUMN agent.equity_eod.high IS 'Highest price, ₹.';
COMMENT ON COLUMN agent.equity_eod.low IS 'Lowest price, ₹.';
COMMENT ON COLUMN agent.equity_eod.close IS 'Closing price, ₹.';
COMMENT ON COLUMN agent.equity_eod.last IS 'Last traded price, ₹; NULL: not said.';
COMMENT ON COLUMN agent.equity_eod.previous_close IS 'Close of the session before, ₹, not adjusted; NULL: not said.';
COMMENT ON COLUMN agent.equity_eod.average_price IS 'Average price of the day''s trades, ₹; NULL: not said.';
COMMENT ON COLUMN agent.equity_eod.volume IS 'Securities traded.';
COMMENT ON COLUMN agent.equity_eod.value_inr IS 'Value traded, ₹; NULL: not said.';
COMMENT ON COLUMN agent.equity_eod.trades IS 'Trades; NULL: not said.';
COMMENT ON COLUMN agent.equity_eod.delivered_quantity IS 'Securities delivered; NULL: not said.';
COMMENT ON COLUMN agent.equity_eod.delivery_pct IS 'Delivered in per cent of the volume; NULL: not said.';
COMMENT ON COLUMN agent.equity_eod.isin IS 'ISIN that day; NULL: not said.';
COMMENT ON COLUMN agent.equity_eod.ticker IS 'BSE''s ticker; NULL: not said.';
COMMENT ON COLUMN agent.equity_eod.name IS 'Name in the file; NULL: not said.';
COMMENT ON COLUMN agent.equity_eod.date_from IS 'Where the day stands: content, or name of the file.';
COMMENT ON COLUMN agent.equity_eod.known_from IS 'When the source first told munim these prices.';
COMMENT ON COLUMN agent.equity_eod.recorded_at IS 'When they could first be read in this database.';
COMMENT ON COLUMN agent.equity_eod.reconstructed IS 'True: fetched more than a week after the session, so they were not known here then.';
COMMENT ON COLUMN agent.equity_eod.feed IS 'Feed that established the prices.';
COMMENT ON COLUMN agent.equity_eod.url IS 'Address of the bytes that established them.';
COMMENT ON COLUMN agent.equity_eod.sha256 IS 'Digest of those bytes: their place in the archive.';

CREATE VIEW agent.corporate_action AS
SELECT action.exchange, action.symbol, action.series, action.ex_date, action.subject, action.kind,
       action.ratio_numerator, action.ratio_denominator, action.amount_inr, action.shares_after, action.shares_before,
       action.record_date, action.broadcast_at, action.face_value_inr, action.isin, action.company,
       payload.fetched_at AS known_from, action.recorded_at, payload.feed, payload.url, payload.sha256
FROM market.corporate_action AS action
JOIN etl.payload AS payload USING (payload_id)
WHERE action.withdrawn_by IS NULL;
COMMENT ON VIEW agent.corporate_action IS 'Splits, bonuses, dividends and the like that stand; what a newer complete list no longer has is left out.';
COMMENT ON COLUMN agent.corporate_action.exchange IS 'Exchange.';
COMMENT ON COLUMN agent.corporate_action.symbol IS 'Symbol at the time.';
COMMENT ON COLUMN agent.corporate_action.series IS 'Series that it is listed for.';
COMMENT ON COLUMN agent.corporate_action.ex_date IS 'First session that trades without the right.';
COMMENT ON COLUMN agent.corporate_action.subject IS 'The exchange''s words.';
COMMENT ON COLUMN agent.corporate_action.kind IS 'split, bonus, dividend, rights, demerger and so on; other: unread.';
COMMENT ON COLUMN agent.corporate_action.ratio_numerator IS 'First number of the ratio; NULL: none.';
COMMENT ON COLUMN agent.corporate_action.ratio_denominator IS 'Second number of the ratio; NULL: none.';
COMMENT ON COLUMN agent.corporate_action.amount_inr IS 'Amount for a share or unit, ₹; NULL: none is named.';
COMMENT ON COLUMN agent.corporate_action.shares_after IS 'Shares that come out of shares_before; NULL: not told.';
COMMENT ON COLUMN agent.corporate_action.shares_before IS 'Shares that go in; NULL: not told.';
COMMENT ON COLUMN agent.corporate_action.record_date IS 'Record date; NULL: not said.';
COMMENT ON COLUMN agent.corporate_action.broadcast_at IS 'When the exchange told it; NULL: not said.';
COMMENT ON COLUMN agent.corporate_action.face_value_inr IS 'Face value, ₹; NULL: not said.';
COMMENT ON COLUMN agent.corporate_action.isin IS 'ISIN; NULL: not said.';
COMMENT ON COLUMN agent.corporate_action.company IS 'Name of the company; NULL: not said.';
COMMENT ON COLUMN agent.corporate_action.known_from IS 'When the source first told munim this.';
COMMENT ON COLUMN agent.corporate_action.recorded_at IS 'When it could first be read in this database.';
COMMENT ON COLUMN agent.corporate_action.feed IS 'Feed that established it.';
COMMENT ON COLUMN agent.corporate_action.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.corporate_action.sha256 IS 'Digest of those bytes: their place in the archive.';

CREATE VIEW agent.screener AS
SELECT screener.exchange, screener.symbol, named.name, screener.as_of_date,
       screener.series, screener.close, screener.value_inr, screener.return_1d_pct, screener.return_1w_pct,
       screener.return_1m_pct, screener.return_3m_pct, screener.return_6m_pct, screener.return_12m_pct,
       screener.return_3y_pct, screener.return_5y_pct, screener.pct_from_52w_high, screener.pct_from_52w_low,
       screener.average_20d_inr, screener.average_50d_inr, screener.average_200d_inr,
       screener.volatility_20d_pct, screener.volume_ratio, screener.delivery_ratio, screener.delivery_pct,
       screener.average_value_20d_inr
FROM market.screener AS screener
LEFT JOIN LATERAL (
    SELECT instrument.name FROM market.instrument AS instrument
    WHERE (instrument.exchange, instrument.symbol) = (screener.exchange, screener.symbol)
      AND instrument.valid_from <= screener.as_of_date
    ORDER BY instrument.valid_from DESC LIMIT 1
) AS named ON true;
COMMENT ON VIEW agent.screener IS 'What a session looked like against its past, adjusted for splits and bonuses, with names. Give a day.';
COMMENT ON COLUMN agent.screener.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN agent.screener.symbol IS 'Symbol on that day.';
COMMENT ON COLUMN agent.screener.name IS 'Name of the company on that day; NULL: none is known.';
COMMENT ON COLUMN agent.screener.as_of_date IS 'Session that the figures are of.';
COMMENT ON COLUMN agent.screener.series IS 'The series that the figures are of.';
COMMENT ON COLUMN agent.screener.close IS 'Close of the day, ₹, raw.';
COMMENT ON COLUMN agent.screener.value_inr IS 'Value traded on the day, ₹; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screener.return_1d_pct IS 'Change of the adjusted close against the last one before, per cent; NULL: none in a year.';
COMMENT ON COLUMN agent.screener.return_1w_pct IS 'Change of the adjusted close against that of 7 days before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screener.return_1m_pct IS 'Change of the adjusted close against that of one month before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screener.return_3m_pct IS 'Change of the adjusted close against that of 3 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screener.return_6m_pct IS 'Change of the adjusted close against that of 6 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screener.return_12m_pct IS 'Change of the adjusted close against that of a year before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screener.return_3y_pct IS 'Change of the adjusted close against that of 3 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screener.return_5y_pct IS 'Change of the adjusted close against that of 5 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screener.pct_from_52w_high IS 'Adjusted close against a year''s highest price, per cent, 0 or less; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screener.pct_from_52w_low IS 'Adjusted close against a year''s lowest price, per cent, 0 or more; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screener.average_20d_inr IS 'Average of the last 20 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screener.average_50d_inr IS 'Average of the last 50 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screener.average_200d_inr IS 'Average of the last 200 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screener.volatility_20d_pct IS 'Deviation of the last 20 daily changes, of a year (√252), per cent; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screener.volume_ratio IS 'Volume against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screener.delivery_ratio IS 'Delivered quantity against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screener.delivery_pct IS 'Delivered quantity in per cent of the volume; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screener.average_value_20d_inr IS 'Average value traded of the last 20 days on which it traded, ₹; NULL: fewer in a year.';

CREATE VIEW agent.screen_breakout_52w AS
SELECT * FROM agent.screener
WHERE pct_from_52w_high > -1 AND volume_ratio > 1.5;
COMMENT ON VIEW agent.screen_breakout_52w IS 'Closes within 1% of the year''s highest price, on at least one and a half times the usual volume. Give a day.';
COMMENT ON COLUMN agent.screen_breakout_52w.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN agent.screen_breakout_52w.symbol IS 'Symbol on that day.';
COMMENT ON COLUMN agent.screen_breakout_52w.name IS 'Name of the company on that day; NULL: none is known.';
COMMENT ON COLUMN agent.screen_breakout_52w.as_of_date IS 'Session that the figures are of.';
COMMENT ON COLUMN agent.screen_breakout_52w.series IS 'The series that the figures are of.';
COMMENT ON COLUMN agent.screen_breakout_52w.close IS 'Close of the day, ₹, raw.';
COMMENT ON COLUMN agent.screen_breakout_52w.value_inr IS 'Value traded on the day, ₹; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screen_breakout_52w.return_1d_pct IS 'Change of the adjusted close against the last one before, per cent; NULL: none in a year.';
COMMENT ON COLUMN agent.screen_breakout_52w.return_1w_pct IS 'Change of the adjusted close against that of 7 days before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_breakout_52w.return_1m_pct IS 'Change of the adjusted close against that of one month before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_breakout_52w.return_3m_pct IS 'Change of the adjusted close against that of 3 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_breakout_52w.return_6m_pct IS 'Change of the adjusted close against that of 6 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_breakout_52w.return_12m_pct IS 'Change of the adjusted close against that of a year before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_breakout_52w.return_3y_pct IS 'Change of the adjusted close against that of 3 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_breakout_52w.return_5y_pct IS 'Change of the adjusted close against that of 5 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_breakout_52w.pct_from_52w_high IS 'Adjusted close against a year''s highest price, per cent, 0 or less; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screen_breakout_52w.pct_from_52w_low IS 'Adjusted close against a year''s lowest price, per cent, 0 or more; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screen_breakout_52w.average_20d_inr IS 'Average of the last 20 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_breakout_52w.average_50d_inr IS 'Average of the last 50 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_breakout_52w.average_200d_inr IS 'Average of the last 200 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_breakout_52w.volatility_20d_pct IS 'Deviation of the last 20 daily changes, of a year (√252), per cent; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_breakout_52w.volume_ratio IS 'Volume against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_breakout_52w.delivery_ratio IS 'Delivered quantity against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_breakout_52w.delivery_pct IS 'Delivered quantity in per cent of the volume; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screen_breakout_52w.average_value_20d_inr IS 'Average value traded of the last 20 days on which it traded, ₹; NULL: fewer in a year.';

CREATE VIEW agent.screen_near_52w_low AS
SELECT * FROM agent.screener
WHERE pct_from_52w_low < 2;
COMMENT ON VIEW agent.screen_near_52w_low IS 'Closes within 2% of the year''s lowest price. Give a day.';
COMMENT ON COLUMN agent.screen_near_52w_low.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN agent.screen_near_52w_low.symbol IS 'Symbol on that day.';
COMMENT ON COLUMN agent.screen_near_52w_low.name IS 'Name of the company on that day; NULL: none is known.';
COMMENT ON COLUMN agent.screen_near_52w_low.as_of_date IS 'Session that the figures are of.';
COMMENT ON COLUMN agent.screen_near_52w_low.series IS 'The series that the figures are of.';
COMMENT ON COLUMN agent.screen_near_52w_low.close IS 'Close of the day, ₹, raw.';
COMMENT ON COLUMN agent.screen_near_52w_low.value_inr IS 'Value traded on the day, ₹; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screen_near_52w_low.return_1d_pct IS 'Change of the adjusted close against the last one before, per cent; NULL: none in a year.';
COMMENT ON COLUMN agent.screen_near_52w_low.return_1w_pct IS 'Change of the adjusted close against that of 7 days before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_near_52w_low.return_1m_pct IS 'Change of the adjusted close against that of one month before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_near_52w_low.return_3m_pct IS 'Change of the adjusted close against that of 3 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_near_52w_low.return_6m_pct IS 'Change of the adjusted close against that of 6 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_near_52w_low.return_12m_pct IS 'Change of the adjusted close against that of a year before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_near_52w_low.return_3y_pct IS 'Change of the adjusted close against that of 3 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_near_52w_low.return_5y_pct IS 'Change of the adjusted close against that of 5 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_near_52w_low.pct_from_52w_high IS 'Adjusted close against a year''s highest price, per cent, 0 or less; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screen_near_52w_low.pct_from_52w_low IS 'Adjusted close against a year''s lowest price, per cent, 0 or more; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screen_near_52w_low.average_20d_inr IS 'Average of the last 20 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_near_52w_low.average_50d_inr IS 'Average of the last 50 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_near_52w_low.average_200d_inr IS 'Average of the last 200 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_near_52w_low.volatility_20d_pct IS 'Deviation of the last 20 daily changes, of a year (√252), per cent; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_near_52w_low.volume_ratio IS 'Volume against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_near_52w_low.delivery_ratio IS 'Delivered quantity against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_near_52w_low.delivery_pct IS 'Delivered quantity in per cent of the volume; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screen_near_52w_low.average_value_20d_inr IS 'Average value traded of the last 20 days on which it traded, ₹; NULL: fewer in a year.';

CREATE VIEW agent.screen_delivery_spike AS
SELECT * FROM agent.screener
WHERE delivery_ratio > 3 AND delivery_pct >= 50 AND average_value_20d_inr > 10000000;
COMMENT ON VIEW agent.screen_delivery_spike IS 'Three times the usual quantity delivered, at least half of the volume, in what trades ₹ 1 crore a day. Give a day.';
COMMENT ON COLUMN agent.screen_delivery_spike.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN agent.screen_delivery_spike.symbol IS 'Symbol on that day.';
COMMENT ON COLUMN agent.screen_delivery_spike.name IS 'Name of the company on that day; NULL: none is known.';
COMMENT ON COLUMN agent.screen_delivery_spike.as_of_date IS 'Session that the figures are of.';
COMMENT ON COLUMN agent.screen_delivery_spike.series IS 'The series that the figures are of.';
COMMENT ON COLUMN agent.screen_delivery_spike.close IS 'Close of the day, ₹, raw.';
COMMENT ON COLUMN agent.screen_delivery_spike.value_inr IS 'Value traded on the day, ₹; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screen_delivery_spike.return_1d_pct IS 'Change of the adjusted close against the last one before, per cent; NULL: none in a year.';
COMMENT ON COLUMN agent.screen_delivery_spike.return_1w_pct IS 'Change of the adjusted close against that of 7 days before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_delivery_spike.return_1m_pct IS 'Change of the adjusted close against that of one month before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_delivery_spike.return_3m_pct IS 'Change of the adjusted close against that of 3 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_delivery_spike.return_6m_pct IS 'Change of the adjusted close against that of 6 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_delivery_spike.return_12m_pct IS 'Change of the adjusted close against that of a year before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_delivery_spike.return_3y_pct IS 'Change of the adjusted close against that of 3 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_delivery_spike.return_5y_pct IS 'Change of the adjusted close against that of 5 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_delivery_spike.pct_from_52w_high IS 'Adjusted close against a year''s highest price, per cent, 0 or less; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screen_delivery_spike.pct_from_52w_low IS 'Adjusted close against a year''s lowest price, per cent, 0 or more; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screen_delivery_spike.average_20d_inr IS 'Average of the last 20 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_delivery_spike.average_50d_inr IS 'Average of the last 50 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_delivery_spike.average_200d_inr IS 'Average of the last 200 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_delivery_spike.volatility_20d_pct IS 'Deviation of the last 20 daily changes, of a year (√252), per cent; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_delivery_spike.volume_ratio IS 'Volume against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_delivery_spike.delivery_ratio IS 'Delivered quantity against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_delivery_spike.delivery_pct IS 'Delivered quantity in per cent of the volume; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screen_delivery_spike.average_value_20d_inr IS 'Average value traded of the last 20 days on which it traded, ₹; NULL: fewer in a year.';

CREATE VIEW agent.screen_volume_spike AS
SELECT * FROM agent.screener
WHERE volume_ratio > 5 AND average_value_20d_inr > 10000000;
COMMENT ON VIEW agent.screen_volume_spike IS 'Five times the usual volume, in what trades ₹ 1 crore a day. Give a day.';
COMMENT ON COLUMN agent.screen_volume_spike.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN agent.screen_volume_spike.symbol IS 'Symbol on that day.';
COMMENT ON COLUMN agent.screen_volume_spike.name IS 'Name of the company on that day; NULL: none is known.';
COMMENT ON COLUMN agent.screen_volume_spike.as_of_date IS 'Session that the figures are of.';
COMMENT ON COLUMN agent.screen_volume_spike.series IS 'The series that the figures are of.';
COMMENT ON COLUMN agent.screen_volume_spike.close IS 'Close of the day, ₹, raw.';
COMMENT ON COLUMN agent.screen_volume_spike.value_inr IS 'Value traded on the day, ₹; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screen_volume_spike.return_1d_pct IS 'Change of the adjusted close against the last one before, per cent; NULL: none in a year.';
COMMENT ON COLUMN agent.screen_volume_spike.return_1w_pct IS 'Change of the adjusted close against that of 7 days before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_volume_spike.return_1m_pct IS 'Change of the adjusted close against that of one month before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_volume_spike.return_3m_pct IS 'Change of the adjusted close against that of 3 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_volume_spike.return_6m_pct IS 'Change of the adjusted close against that of 6 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_volume_spike.return_12m_pct IS 'Change of the adjusted close against that of a year before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_volume_spike.return_3y_pct IS 'Change of the adjusted close against that of 3 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_volume_spike.return_5y_pct IS 'Change of the adjusted close against that of 5 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_volume_spike.pct_from_52w_high IS 'Adjusted close against a year''s highest price, per cent, 0 or less; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screen_volume_spike.pct_from_52w_low IS 'Adjusted close against a year''s lowest price, per cent, 0 or more; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screen_volume_spike.average_20d_inr IS 'Average of the last 20 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_volume_spike.average_50d_inr IS 'Average of the last 50 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_volume_spike.average_200d_inr IS 'Average of the last 200 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_volume_spike.volatility_20d_pct IS 'Deviation of the last 20 daily changes, of a year (√252), per cent; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_volume_spike.volume_ratio IS 'Volume against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_volume_spike.delivery_ratio IS 'Delivered quantity against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_volume_spike.delivery_pct IS 'Delivered quantity in per cent of the volume; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screen_volume_spike.average_value_20d_inr IS 'Average value traded of the last 20 days on which it traded, ₹; NULL: fewer in a year.';

CREATE VIEW agent.screen_momentum AS
SELECT * FROM agent.screener
WHERE return_3m_pct > 0 AND return_6m_pct > 10 AND return_12m_pct > 20
  AND close > average_50d_inr AND average_50d_inr > average_200d_inr;
COMMENT ON VIEW agent.screen_momentum IS 'Up over 3, 6 and 12 months, and above its rising averages. Give a day.';
COMMENT ON COLUMN agent.screen_momentum.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN agent.screen_momentum.symbol IS 'Symbol on that day.';
COMMENT ON COLUMN agent.screen_momentum.name IS 'Name of the company on that day; NULL: none is known.';
COMMENT ON COLUMN agent.screen_momentum.as_of_date IS 'Session that the figures are of.';
COMMENT ON COLUMN agent.screen_momentum.series IS 'The series that the figures are of.';
COMMENT ON COLUMN agent.screen_momentum.close IS 'Close of the day, ₹, raw.';
COMMENT ON COLUMN agent.screen_momentum.value_inr IS 'Value traded on the day, ₹; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screen_momentum.return_1d_pct IS 'Change of the adjusted close against the last one before, per cent; NULL: none in a year.';
COMMENT ON COLUMN agent.screen_momentum.return_1w_pct IS 'Change of the adjusted close against that of 7 days before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_momentum.return_1m_pct IS 'Change of the adjusted close against that of one month before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_momentum.return_3m_pct IS 'Change of the adjusted close against that of 3 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_momentum.return_6m_pct IS 'Change of the adjusted close against that of 6 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_momentum.return_12m_pct IS 'Change of the adjusted close against that of a year before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_momentum.return_3y_pct IS 'Change of the adjusted close against that of 3 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_momentum.return_5y_pct IS 'Change of the adjusted close against that of 5 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_momentum.pct_from_52w_high IS 'Adjusted close against a year''s highest price, per cent, 0 or less; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screen_momentum.pct_from_52w_low IS 'Adjusted close against a year''s lowest price, per cent, 0 or more; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screen_momentum.average_20d_inr IS 'Average of the last 20 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_momentum.average_50d_inr IS 'Average of the last 50 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_momentum.average_200d_inr IS 'Average of the last 200 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_momentum.volatility_20d_pct IS 'Deviation of the last 20 daily changes, of a year (√252), per cent; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_momentum.volume_ratio IS 'Volume against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_momentum.delivery_ratio IS 'Delivered quantity against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_momentum.delivery_pct IS 'Delivered quantity in per cent of the volume; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screen_momentum.average_value_20d_inr IS 'Average value traded of the last 20 days on which it traded, ₹; NULL: fewer in a year.';

CREATE VIEW agent.screen_value_traded AS
SELECT * FROM agent.screener
WHERE value_inr >= 1000000000;
COMMENT ON VIEW agent.screen_value_traded IS '₹ 100 crore and more traded on the day. Give a day.';
COMMENT ON COLUMN agent.screen_value_traded.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN agent.screen_value_traded.symbol IS 'Symbol on that day.';
COMMENT ON COLUMN agent.screen_value_traded.name IS 'Name of the company on that day; NULL: none is known.';
COMMENT ON COLUMN agent.screen_value_traded.as_of_date IS 'Session that the figures are of.';
COMMENT ON COLUMN agent.screen_value_traded.series IS 'The series that the figures are of.';
COMMENT ON COLUMN agent.screen_value_traded.close IS 'Close of the day, ₹, raw.';
COMMENT ON COLUMN agent.screen_value_traded.value_inr IS 'Value traded on the day, ₹; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screen_value_traded.return_1d_pct IS 'Change of the adjusted close against the last one before, per cent; NULL: none in a year.';
COMMENT ON COLUMN agent.screen_value_traded.return_1w_pct IS 'Change of the adjusted close against that of 7 days before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_value_traded.return_1m_pct IS 'Change of the adjusted close against that of one month before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_value_traded.return_3m_pct IS 'Change of the adjusted close against that of 3 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_value_traded.return_6m_pct IS 'Change of the adjusted close against that of 6 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_value_traded.return_12m_pct IS 'Change of the adjusted close against that of a year before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_value_traded.return_3y_pct IS 'Change of the adjusted close against that of 3 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_value_traded.return_5y_pct IS 'Change of the adjusted close against that of 5 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN agent.screen_value_traded.pct_from_52w_high IS 'Adjusted close against a year''s highest price, per cent, 0 or less; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screen_value_traded.pct_from_52w_low IS 'Adjusted close against a year''s lowest price, per cent, 0 or more; NULL as return_12m_pct.';
COMMENT ON COLUMN agent.screen_value_traded.average_20d_inr IS 'Average of the last 20 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_value_traded.average_50d_inr IS 'Average of the last 50 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_value_traded.average_200d_inr IS 'Average of the last 200 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_value_traded.volatility_20d_pct IS 'Deviation of the last 20 daily changes, of a year (√252), per cent; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_value_traded.volume_ratio IS 'Volume against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_value_traded.delivery_ratio IS 'Delivered quantity against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN agent.screen_value_traded.delivery_pct IS 'Delivered quantity in per cent of the volume; NULL when the source doesn''t say.';
COMMENT ON COLUMN agent.screen_value_traded.average_value_20d_inr IS 'Average value traded of the last 20 days on which it traded, ₹; NULL: fewer in a year.';

-- The first day is that of the listing, at the exchange where the share is; NSE's where it is listed at both.
CREATE OR REPLACE VIEW etl.ipo_first_day AS
SELECT DISTINCT ON (issue.ipo_id)
       issue.ipo_id, listed.exchange, eod.open AS open_inr, eod.high AS high_inr, eod.low AS low_inr,
       eod.close AS close_inr
FROM market.ipo AS issue
CROSS JOIN LATERAL (VALUES ('NSE', issue.symbol), ('BSE', issue.bse_scrip_code)) AS listed (exchange, symbol)
JOIN market.equity_eod AS eod
    ON (eod.exchange, eod.trade_date, eod.symbol) = (listed.exchange, issue.listing_date, listed.symbol)
WHERE eod.price_payload_id IS NOT NULL AND etl.is_share(eod.exchange, eod.series)
ORDER BY issue.ipo_id, eod.exchange DESC, eod.series;

-- Special sessions are asked for on closed days too.
ALTER TABLE etl.timetable ADD COLUMN tries_closed BOOLEAN DEFAULT false NOT NULL;
COMMENT ON COLUMN etl.timetable.tries_closed IS 'Whether a slot is the day of the firing also where the calendar has it closed: for special sessions.';

CREATE OR REPLACE FUNCTION etl.next_firings(at timestamptz)
RETURNS TABLE (dataset text, feed text, fires_at timestamptz, slot text, paused boolean)
LANGUAGE sql STABLE
AS $$
    WITH next AS (
        SELECT DISTINCT ON (firing.feed) firing.feed, firing.days_back, day::date AS day,
               (day + make_time(split_part(firing.cron, ' ', 2)::integer, split_part(firing.cron, ' ', 1)::integer, 0))
                   AT TIME ZONE 'Asia/Kolkata' AS fires_at
        FROM etl.firing AS firing
        -- Without a time zone, so that the days are India's whatever the session's time zone is.
        CROSS JOIN generate_series(date_trunc('day', at AT TIME ZONE 'Asia/Kolkata'),
                                   date_trunc('day', at AT TIME ZONE 'Asia/Kolkata') + interval '7 days',
                                   interval '1 day') AS day
        WHERE firing.until IS NULL AND etl.fires_on(split_part(firing.cron, ' ', 5), day::date)
          AND (day + make_time(split_part(firing.cron, ' ', 2)::integer, split_part(firing.cron, ' ', 1)::integer, 0))
              AT TIME ZONE 'Asia/Kolkata' > at
        ORDER BY firing.feed, fires_at
    )
    SELECT timetable.dataset, timetable.feed, next.fires_at,
           CASE CASE WHEN timetable.tries_closed THEN 'closed_too' ELSE timetable.slots END
               WHEN 'closed_too' THEN (next.day - next.days_back)::text
               WHEN 'instant' THEN to_char(next.fires_at AT TIME ZONE 'Asia/Kolkata', 'YYYY-MM-DD"T"HH24:MI:SS"+05:30"')
               WHEN 'window' THEN (next.day - next.days_back - timetable.window_days + 1)::text || '..'
                                  || (next.day - next.days_back)::text
               ELSE (SELECT max(calendar.day)::text
                     FROM etl.calendar('NSE', next.day - next.days_back - 15, next.day - next.days_back) AS calendar
                     WHERE CASE timetable.calendar
                               WHEN 'nse_sessions' THEN calendar.standing <> 'closed'
                               WHEN 'nse_settlement' THEN calendar.standing <> 'closed' AND calendar.settles IS NOT false
                               WHEN 'weekdays' THEN extract(isodow FROM calendar.day) < 6
                               ELSE true
                           END)
           END,
           EXISTS (SELECT FROM etl.pause WHERE pause.feed = timetable.feed)
    FROM etl.timetable AS timetable
    JOIN next ON next.feed = timetable.feed
    ORDER BY next.fires_at, timetable.feed
$$;
