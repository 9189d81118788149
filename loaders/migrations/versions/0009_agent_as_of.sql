-- The tables as they were known at a time, for agents: nothing that was told or recorded later is in an answer. Known is
-- what the source had told, and this database had recorded, by then; source_time asks for the first alone.
-- include_reconstructed adds, for days that were over by then and of which nothing was known, the first values that were
-- fetched more than a week after their day: the column reconstructed tells them apart. As munim/readers answers: a test
-- compares. They run as their owner, for those who may read the schema agent alone.

CREATE FUNCTION agent.nav_series_as_of(
    of_scheme text, first_day date, last_day date, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false,
    include_reconstructed boolean DEFAULT false
)
RETURNS TABLE (
    nav_date date, nav numeric, known_from timestamptz, recorded_at timestamptz, reconstructed boolean, feed text,
    url text, sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH said AS (
        SELECT nav_date, nav, payload_id
        FROM market.nav
        WHERE scheme_code = of_scheme AND nav_date BETWEEN first_day AND last_day
        UNION ALL
        SELECT nav_date, nav, payload_id
        FROM market.nav_revision
        WHERE scheme_code = of_scheme AND nav_date BETWEEN first_day AND last_day
        UNION ALL
        -- Where a value ended and none begins it was withdrawn; by then perhaps another one than that before it here, for
        -- a payload that was loaded later may stand between the two.
        SELECT nav_date, NULL, superseded_by
        FROM market.nav_revision
        WHERE scheme_code = of_scheme AND nav_date BETWEEN first_day AND last_day
    ),
    placed AS (
        SELECT said.nav_date, said.nav,
               payload.fetched_at, payload.feed, payload.url, payload.sha256,
               coalesce(earlier.recorded_at, payload.recorded_at) AS recorded_at,
               payload.fetched_at > (said.nav_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
               payload.fetched_at <= known_at
                   AND (source_time OR coalesce(earlier.recorded_at, payload.recorded_at) <= known_at) AS known
        FROM said
        JOIN etl.payload AS payload USING (payload_id)
        LEFT JOIN etl.nav_recorded AS earlier
            ON earlier.scheme_code = of_scheme AND (earlier.nav_date, earlier.payload_id) = (said.nav_date, said.payload_id)
    ),
    chosen AS (
        SELECT DISTINCT ON (nav_date) *
        FROM placed
        WHERE known
           OR (include_reconstructed AND nav IS NOT NULL
               AND reconstructed AND (nav_date + 1)::timestamp AT TIME ZONE 'Asia/Kolkata' <= known_at)
        ORDER BY nav_date, known DESC,
                 CASE WHEN known THEN fetched_at END DESC, CASE WHEN known THEN feed END DESC,
                 CASE WHEN known THEN sha256 END DESC, fetched_at, feed, sha256, nav IS NULL
    )
    SELECT nav_date, trim_scale(nav) AS nav, fetched_at AS known_from, recorded_at, reconstructed, feed, url, sha256
    FROM chosen
    WHERE nav IS NOT NULL
    ORDER BY nav_date
$$;
COMMENT ON FUNCTION agent.nav_series_as_of IS
    'A scheme''s NAVs (₹ a unit) from a day to a day as they were known at a time. Payouts are not added back.';

CREATE FUNCTION agent.nav_as_of(
    of_scheme text, on_day date, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false,
    include_reconstructed boolean DEFAULT false
)
RETURNS TABLE (
    nav_date date, nav numeric, known_from timestamptz, recorded_at timestamptz, reconstructed boolean, feed text,
    url text, sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT * FROM agent.nav_series_as_of(of_scheme, on_day - 45, on_day, known_at, source_time, include_reconstructed)
    ORDER BY nav_date DESC LIMIT 1
$$;
COMMENT ON FUNCTION agent.nav_as_of IS
    'A scheme''s NAV (₹ a unit) of a day, or the last within 45 days before it (nav_date says of which day), as it was known at a time; no row: none was.';

CREATE FUNCTION agent.navs_of_day_as_of(
    on_day date, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false,
    include_reconstructed boolean DEFAULT false
)
RETURNS TABLE (
    scheme_code text, nav numeric, known_from timestamptz, recorded_at timestamptz, reconstructed boolean, feed
    text, url text, sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH said AS (
        SELECT scheme_code, nav_date, nav, payload_id
        FROM market.nav
        WHERE nav_date = on_day
        UNION ALL
        SELECT scheme_code, nav_date, nav, payload_id
        FROM market.nav_revision
        WHERE nav_date = on_day
        UNION ALL
        -- Where a value ended and none begins it was withdrawn; by then perhaps another one than that before it here, for
        -- a payload that was loaded later may stand between the two.
        SELECT scheme_code, nav_date, NULL, superseded_by
        FROM market.nav_revision
        WHERE nav_date = on_day
    ),
    placed AS (
        SELECT said.scheme_code, said.nav_date, said.nav,
               payload.fetched_at, payload.feed, payload.url, payload.sha256,
               coalesce(earlier.recorded_at, payload.recorded_at) AS recorded_at,
               payload.fetched_at > (said.nav_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
               payload.fetched_at <= known_at
                   AND (source_time OR coalesce(earlier.recorded_at, payload.recorded_at) <= known_at) AS known
        FROM said
        JOIN etl.payload AS payload USING (payload_id)
        LEFT JOIN etl.nav_recorded AS earlier
            ON (earlier.nav_date, earlier.scheme_code, earlier.payload_id)
               = (said.nav_date, said.scheme_code, said.payload_id)
    ),
    chosen AS (
        SELECT DISTINCT ON (scheme_code) *
        FROM placed
        WHERE known
           OR (include_reconstructed AND nav IS NOT NULL
               AND reconstructed AND (nav_date + 1)::timestamp AT TIME ZONE 'Asia/Kolkata' <= known_at)
        ORDER BY scheme_code, known DESC,
                 CASE WHEN known THEN fetched_at END DESC, CASE WHEN known THEN feed END DESC,
                 CASE WHEN known THEN sha256 END DESC, fetched_at, feed, sha256, nav IS NULL
    )
    SELECT scheme_code, trim_scale(nav) AS nav, fetched_at AS known_from, recorded_at, reconstructed, feed, url, sha256
    FROM chosen
    WHERE nav IS NOT NULL
    ORDER BY scheme_code
$$;
COMMENT ON FUNCTION agent.navs_of_day_as_of IS
    'Every scheme''s NAV (₹ a unit) of a day as it was known at a time.';

CREATE FUNCTION agent.flows_as_of(
    first_day date, last_day date, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false,
    include_reconstructed boolean DEFAULT false
)
RETURNS TABLE (
    trade_date date, investor_class text, scope text, source text, basis text, buy_inr_crore numeric,
    sell_inr_crore numeric, net_inr_crore numeric, label text, imported boolean, known_from timestamptz,
    recorded_at timestamptz, reconstructed boolean, feed text, url text, sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH said AS (
        SELECT trade_date, investor_class, scope, source, basis, buy_inr_crore, sell_inr_crore, net_inr_crore,
               label, payload_id, recorded_at, true AS stands
        FROM market.fii_dii
        WHERE trade_date BETWEEN first_day AND last_day
        UNION ALL
        SELECT trade_date, investor_class, scope, source, basis, buy_inr_crore, sell_inr_crore, net_inr_crore,
               label, payload_id, recorded_at, true
        FROM market.fii_dii_revision
        WHERE trade_date BETWEEN first_day AND last_day
        UNION ALL
        -- Where values ended and none begin they were withdrawn.
        SELECT trade_date, investor_class, scope, source, basis, buy_inr_crore, sell_inr_crore, net_inr_crore,
               label, superseded_by, NULL, false
        FROM market.fii_dii_revision AS ended
        WHERE trade_date BETWEEN first_day AND last_day
          AND NOT EXISTS (
              SELECT FROM market.fii_dii AS begun
              WHERE (begun.trade_date, begun.investor_class, begun.scope, begun.source, begun.payload_id) =
               (ended.trade_date, ended.investor_class, ended.scope, ended.source, ended.superseded_by)
          )
          AND NOT EXISTS (
              SELECT FROM market.fii_dii_revision AS begun
              WHERE (begun.trade_date, begun.investor_class, begun.scope, begun.source, begun.payload_id) =
               (ended.trade_date, ended.investor_class, ended.scope, ended.source, ended.superseded_by)
          )
    ),
    placed AS (
        SELECT said.*, payload.fetched_at, payload.feed, payload.url, payload.sha256, payload.origin,
               coalesce(said.recorded_at, payload.recorded_at) AS readable_at,
               payload.fetched_at > (said.trade_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
               payload.fetched_at <= known_at
                   AND (source_time OR coalesce(said.recorded_at, payload.recorded_at) <= known_at) AS known
        FROM said
        JOIN etl.payload AS payload USING (payload_id)
    ),
    chosen AS (
        SELECT DISTINCT ON (trade_date, investor_class, scope, source) *
        FROM placed
        WHERE known
           OR (include_reconstructed AND stands
               AND reconstructed AND (trade_date + 1)::timestamp AT TIME ZONE 'Asia/Kolkata' <= known_at)
        ORDER BY trade_date, investor_class, scope, source, known DESC,
                 CASE WHEN known THEN fetched_at END DESC, CASE WHEN known THEN feed END DESC,
                 CASE WHEN known THEN sha256 END DESC, fetched_at, feed, sha256
    )
    SELECT trade_date, investor_class, scope, source, basis, buy_inr_crore, sell_inr_crore, net_inr_crore, label,
               origin = 'import' AS imported, fetched_at AS known_from, readable_at AS recorded_at,
           reconstructed, feed, url, sha256
    FROM chosen
    WHERE stands
    ORDER BY trade_date, investor_class, scope, source
$$;
COMMENT ON FUNCTION agent.flows_as_of IS
    'FII/DII figures (₹ crore) of some sessions as they were known at a time; rows of different basis, scope or source are never added.';

CREATE FUNCTION agent.participant_oi_as_of(
    first_day date, last_day date, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false,
    include_reconstructed boolean DEFAULT false
)
RETURNS TABLE (
    trade_date date, client_type text, future_index_long_contracts bigint, future_index_short_contracts bigint,
    future_stock_long_contracts bigint, future_stock_short_contracts bigint, option_index_call_long_contracts
    bigint, option_index_call_short_contracts bigint, option_index_put_long_contracts bigint,
    option_index_put_short_contracts bigint, option_stock_call_long_contracts bigint,
    option_stock_call_short_contracts bigint, option_stock_put_long_contracts bigint,
    option_stock_put_short_contracts bigint, total_long_contracts bigint, total_short_contracts bigint, imported
    boolean, known_from timestamptz, recorded_at timestamptz, reconstructed boolean, feed text, url text, sha256
    text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH said AS (
        SELECT trade_date, client_type, future_index_long_contracts, future_index_short_contracts,
               future_stock_long_contracts, future_stock_short_contracts, option_index_call_long_contracts,
               option_index_call_short_contracts, option_index_put_long_contracts, option_index_put_short_contracts,
               option_stock_call_long_contracts, option_stock_call_short_contracts, option_stock_put_long_contracts,
               option_stock_put_short_contracts, total_long_contracts, total_short_contracts, payload_id, recorded_at, true AS
               stands
        FROM market.participant_oi
        WHERE trade_date BETWEEN first_day AND last_day
        UNION ALL
        SELECT trade_date, client_type, future_index_long_contracts, future_index_short_contracts,
               future_stock_long_contracts, future_stock_short_contracts, option_index_call_long_contracts,
               option_index_call_short_contracts, option_index_put_long_contracts, option_index_put_short_contracts,
               option_stock_call_long_contracts, option_stock_call_short_contracts, option_stock_put_long_contracts,
               option_stock_put_short_contracts, total_long_contracts, total_short_contracts, payload_id, recorded_at, true
        FROM market.participant_oi_revision
        WHERE trade_date BETWEEN first_day AND last_day
        UNION ALL
        -- Where values ended and none begin they were withdrawn.
        SELECT trade_date, client_type, future_index_long_contracts, future_index_short_contracts,
               future_stock_long_contracts, future_stock_short_contracts, option_index_call_long_contracts,
               option_index_call_short_contracts, option_index_put_long_contracts, option_index_put_short_contracts,
               option_stock_call_long_contracts, option_stock_call_short_contracts, option_stock_put_long_contracts,
               option_stock_put_short_contracts, total_long_contracts, total_short_contracts, superseded_by, NULL, false
        FROM market.participant_oi_revision AS ended
        WHERE trade_date BETWEEN first_day AND last_day
          AND NOT EXISTS (
              SELECT FROM market.participant_oi AS begun
              WHERE (begun.trade_date, begun.client_type, begun.payload_id) = (ended.trade_date, ended.client_type,
               ended.superseded_by)
          )
          AND NOT EXISTS (
              SELECT FROM market.participant_oi_revision AS begun
              WHERE (begun.trade_date, begun.client_type, begun.payload_id) = (ended.trade_date, ended.client_type,
               ended.superseded_by)
          )
    ),
    placed AS (
        SELECT said.*, payload.fetched_at, payload.feed, payload.url, payload.sha256, payload.origin,
               coalesce(said.recorded_at, payload.recorded_at) AS readable_at,
               payload.fetched_at > (said.trade_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
               payload.fetched_at <= known_at
                   AND (source_time OR coalesce(said.recorded_at, payload.recorded_at) <= known_at) AS known
        FROM said
        JOIN etl.payload AS payload USING (payload_id)
    ),
    chosen AS (
        SELECT DISTINCT ON (trade_date, client_type) *
        FROM placed
        WHERE known
           OR (include_reconstructed AND stands
               AND reconstructed AND (trade_date + 1)::timestamp AT TIME ZONE 'Asia/Kolkata' <= known_at)
        ORDER BY trade_date, client_type, known DESC,
                 CASE WHEN known THEN fetched_at END DESC, CASE WHEN known THEN feed END DESC,
                 CASE WHEN known THEN sha256 END DESC, fetched_at, feed, sha256
    )
    SELECT trade_date, client_type, future_index_long_contracts, future_index_short_contracts,
               future_stock_long_contracts, future_stock_short_contracts, option_index_call_long_contracts,
               option_index_call_short_contracts, option_index_put_long_contracts, option_index_put_short_contracts,
               option_stock_call_long_contracts, option_stock_call_short_contracts, option_stock_put_long_contracts,
               option_stock_put_short_contracts, total_long_contracts, total_short_contracts, origin = 'import' AS imported,
               fetched_at AS known_from, readable_at AS recorded_at,
           reconstructed, feed, url, sha256
    FROM chosen
    WHERE stands
    ORDER BY trade_date, client_type
$$;
COMMENT ON FUNCTION agent.participant_oi_as_of IS
    'Open interest (contracts) of some sessions by kind of participant as it was known at a time.';

CREATE FUNCTION agent.fpi_flows_as_of(
    first_day date, last_day date, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false,
    include_reconstructed boolean DEFAULT false
)
RETURNS TABLE (
    reporting_date date, asset_class text, route text, gross_purchases_inr_crore numeric, gross_sales_inr_crore
    numeric, net_inr_crore numeric, net_usd_million numeric, inr_per_usd numeric, imported boolean, known_from
    timestamptz, recorded_at timestamptz, reconstructed boolean, feed text, url text, sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH said AS (
        SELECT reporting_date, asset_class, route, gross_purchases_inr_crore, gross_sales_inr_crore, net_inr_crore,
               net_usd_million, inr_per_usd, payload_id, recorded_at, true AS stands
        FROM market.fpi_flow
        WHERE reporting_date BETWEEN first_day AND last_day
        UNION ALL
        SELECT reporting_date, asset_class, route, gross_purchases_inr_crore, gross_sales_inr_crore, net_inr_crore,
               net_usd_million, inr_per_usd, payload_id, recorded_at, true
        FROM market.fpi_flow_revision
        WHERE reporting_date BETWEEN first_day AND last_day
        UNION ALL
        -- Where values ended and none begin they were withdrawn.
        SELECT reporting_date, asset_class, route, gross_purchases_inr_crore, gross_sales_inr_crore, net_inr_crore,
               net_usd_million, inr_per_usd, superseded_by, NULL, false
        FROM market.fpi_flow_revision AS ended
        WHERE reporting_date BETWEEN first_day AND last_day
          AND NOT EXISTS (
              SELECT FROM market.fpi_flow AS begun
              WHERE (begun.reporting_date, begun.asset_class, begun.route, begun.payload_id) =
               (ended.reporting_date, ended.asset_class, ended.route, ended.superseded_by)
          )
          AND NOT EXISTS (
              SELECT FROM market.fpi_flow_revision AS begun
              WHERE (begun.reporting_date, begun.asset_class, begun.route, begun.payload_id) =
               (ended.reporting_date, ended.asset_class, ended.route, ended.superseded_by)
          )
    ),
    placed AS (
        SELECT said.*, payload.fetched_at, payload.feed, payload.url, payload.sha256, payload.origin,
               coalesce(said.recorded_at, payload.recorded_at) AS readable_at,
               payload.fetched_at > (said.reporting_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS
               reconstructed,
               payload.fetched_at <= known_at
                   AND (source_time OR coalesce(said.recorded_at, payload.recorded_at) <= known_at) AS known
        FROM said
        JOIN etl.payload AS payload USING (payload_id)
    ),
    chosen AS (
        SELECT DISTINCT ON (reporting_date, asset_class, route) *
        FROM placed
        WHERE known
           OR (include_reconstructed AND stands
               AND reconstructed AND (reporting_date + 1)::timestamp AT TIME ZONE 'Asia/Kolkata' <= known_at)
        ORDER BY reporting_date, asset_class, route, known DESC,
                 CASE WHEN known THEN fetched_at END DESC, CASE WHEN known THEN feed END DESC,
                 CASE WHEN known THEN sha256 END DESC, fetched_at, feed, sha256
    )
    SELECT reporting_date, asset_class, route, gross_purchases_inr_crore, gross_sales_inr_crore, net_inr_crore,
               net_usd_million, inr_per_usd, origin = 'import' AS imported, fetched_at AS known_from, readable_at AS
               recorded_at,
           reconstructed, feed, url, sha256
    FROM chosen
    WHERE stands
    ORDER BY reporting_date, asset_class, route
$$;
COMMENT ON FUNCTION agent.fpi_flows_as_of IS
    'NSDL''s FPI figures (₹ crore, US$ million) of some reporting days as they were known at a time; a report is of trades up to the day before.';

CREATE FUNCTION agent.ipo_as_of(
    of_issues bigint[] DEFAULT NULL, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false
)
RETURNS TABLE (
    ipo_id bigint, company text, platform text, security_kind text, symbol text, series text, bse_scrip_code text,
    price_band_low numeric, price_band_high numeric, final_price numeric, face_value numeric, lot_size bigint,
    issue_size_shares bigint, issue_size_inr numeric, open_date date, close_date date, allotment_date date,
    listing_date date, isin text, is_on_nse boolean, is_on_bse boolean, status text, first_seen_at timestamptz,
    vanished_at timestamptz, known_from timestamptz, recorded_at timestamptz, feed text, url text, sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH state AS (
        SELECT ipo_id, company, platform, security_kind, symbol, series, bse_scrip_code, price_band_low, price_band_high,
               final_price, face_value, lot_size, issue_size_shares, issue_size_inr, open_date, close_date, allotment_date,
               listing_date, isin, is_on_nse, is_on_bse, status, first_seen_at, vanished_at, payload_id, recorded_at
        FROM market.ipo
        UNION ALL
        SELECT ipo_id, company, platform, security_kind, symbol, series, bse_scrip_code, price_band_low, price_band_high,
               final_price, face_value, lot_size, issue_size_shares, issue_size_inr, open_date, close_date, allotment_date,
               listing_date, isin, is_on_nse, is_on_bse, status, first_seen_at, vanished_at, payload_id, recorded_at
        FROM market.ipo_revision
    ),
    known AS (
        SELECT state.*, payload.fetched_at AS known_from, payload.feed, payload.url, payload.sha256,
               row_number() OVER (
                   PARTITION BY state.ipo_id ORDER BY payload.fetched_at DESC, payload.feed DESC, payload.sha256 DESC
               ) AS place
        FROM state
        JOIN etl.payload AS payload USING (payload_id)
        WHERE (of_issues::bigint[] IS NULL OR state.ipo_id = ANY (of_issues))
          AND payload.fetched_at <= known_at AND (source_time OR state.recorded_at <= known_at)
    )
    SELECT ipo_id, company, platform, security_kind, symbol, series, bse_scrip_code, trim_scale(price_band_low)
               AS price_band_low, trim_scale(price_band_high) AS price_band_high, trim_scale(final_price) AS final_price,
           trim_scale(face_value) AS face_value, lot_size, issue_size_shares, issue_size_inr, open_date, close_date,
           allotment_date, listing_date, isin, is_on_nse, is_on_bse, status, first_seen_at, vanished_at, known_from,
           recorded_at, feed, url, sha256
    FROM known
    WHERE place = 1 AND (of_issues IS NOT NULL OR security_kind = 'ipo')
    ORDER BY ipo_id
$$;
COMMENT ON FUNCTION agent.ipo_as_of IS
    'Issues as they were known at a time, by their numbers, or all IPOs (NULL); prices in ₹ a share. status is that of then.';

CREATE FUNCTION agent.ipo_subscription_as_of(
    of_issue bigint, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false
)
RETURNS TABLE (
    book text, as_of timestamptz, as_of_from text, sr_no text, category text, shares_offered bigint, shares_bid
    bigint, times numeric, applications bigint, known_from timestamptz, recorded_at timestamptz, feed text, url
    text, sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH said AS (
        SELECT source, source_id, book, as_of, sr_no, category, shares_offered, shares_bid, times, applications,
               as_of_from, payload_id, recorded_at, NULL::integer AS superseded_by
        FROM market.ipo_subscription
        UNION ALL
        SELECT source, source_id, book, as_of, sr_no, category, shares_offered, shares_bid, times, applications,
               as_of_from, payload_id, recorded_at, superseded_by
        FROM market.ipo_subscription_revision
    )
    SELECT said.book, said.as_of, said.as_of_from, said.sr_no, said.category, said.shares_offered, said.shares_bid,
           said.times, said.applications, payload.fetched_at AS known_from, said.recorded_at, payload.feed, payload.url,
           payload.sha256
    FROM said
    JOIN market.ipo_source AS named USING (source, source_id)
    JOIN etl.payload AS payload ON payload.payload_id = said.payload_id
    LEFT JOIN etl.payload AS ending ON ending.payload_id = said.superseded_by
    WHERE named.ipo_id = of_issue
      AND payload.fetched_at <= known_at AND (source_time OR said.recorded_at <= known_at)
      AND (ending.payload_id IS NULL OR ending.fetched_at > known_at
           OR (NOT source_time AND ending.recorded_at > known_at))
    ORDER BY said.book, said.as_of, said.sr_no = 'TOTAL', string_to_array(said.sr_no, '.'), said.sr_no
$$;
COMMENT ON FUNCTION agent.ipo_subscription_as_of IS
    'Bids for an issue by category, at every time that a source told them, as they were known at a time; shares, and times as published.';

CREATE FUNCTION agent.ipo_gmp_as_of(
    of_issue bigint, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false
)
RETURNS TABLE (
    source text, as_of timestamptz, as_of_from text, gmp_inr numeric, price numeric, estimated_gain_pct numeric,
    unofficial boolean, known_from timestamptz, feed text, url text, sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT premium.source, premium.as_of, premium.as_of_from, trim_scale(premium.gmp_inr) AS gmp_inr,
           trim_scale(premium.price) AS price, trim_scale(premium.estimated_gain_pct) AS estimated_gain_pct,
           premium.unofficial, payload.fetched_at AS known_from, payload.feed, payload.url, payload.sha256
    FROM market.ipo_gmp AS premium
    JOIN market.ipo_source AS named USING (source, source_id)
    JOIN etl.payload AS payload ON payload.payload_id = premium.payload_id
    WHERE named.ipo_id = of_issue AND payload.fetched_at <= known_at
      AND (source_time OR premium.recorded_at <= known_at)
    ORDER BY premium.as_of, premium.source
$$;
COMMENT ON FUNCTION agent.ipo_gmp_as_of IS
    'UNOFFICIAL: the grey market''s premiums (₹ a share) for an issue that had been told by a time. Hearsay.';

CREATE FUNCTION agent.holidays_as_of(
    of_exchange text, first_day date, last_day date, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false
)
RETURNS TABLE (
    exchange text, list_type text, segment text, holiday_date date, description text, morning_session text,
    evening_session text, listed boolean, known_from timestamptz, recorded_at timestamptz, feed text, url text,
    sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH said AS (
        SELECT list_type, segment, holiday_date, description, morning_session, evening_session,
               payload_id, recorded_at, true AS listed
        FROM market.holiday
        WHERE exchange = of_exchange AND holiday_date BETWEEN first_day AND last_day
        UNION ALL
        SELECT list_type, segment, holiday_date, description, morning_session, evening_session,
               payload_id, recorded_at, true
        FROM market.holiday_revision
        WHERE exchange = of_exchange AND holiday_date BETWEEN first_day AND last_day
        UNION ALL
        -- A row that stands withdrawn keeps its words.
        SELECT list_type, segment, holiday_date, description, morning_session, evening_session, withdrawn_by, NULL, false
        FROM market.holiday
        WHERE exchange = of_exchange AND holiday_date BETWEEN first_day AND last_day AND withdrawn_by IS NOT NULL
        UNION ALL
        -- Where words ended and none begin the day was withdrawn.
        SELECT list_type, segment, holiday_date, description, morning_session, evening_session, superseded_by, NULL, false
        FROM market.holiday_revision
        WHERE exchange = of_exchange AND holiday_date BETWEEN first_day AND last_day
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
        WHERE fetched_at <= known_at AND (source_time OR readable_at <= known_at)
        ORDER BY list_type, segment, holiday_date, fetched_at DESC, feed DESC, sha256 DESC, listed DESC
    )
    SELECT of_exchange::text AS exchange, list_type, segment, holiday_date, description, morning_session, evening_session,
           listed, fetched_at AS known_from, readable_at AS recorded_at, feed, url, sha256
    FROM chosen
    ORDER BY holiday_date, list_type DESC, segment
$$;
COMMENT ON FUNCTION agent.holidays_as_of IS
    'The lists of holidays of an exchange as they were known at a time; listed false: a newer complete list had the day no more.';

CREATE FUNCTION agent.corporate_actions_as_of(
    known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false
)
RETURNS TABLE (
    exchange text, symbol text, series text, ex_date date, subject text, shares_after bigint, shares_before bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT exchange, symbol, series, ex_date, subject, shares_after, shares_before
    FROM etl.action_at(known_at, source_time)
    ORDER BY ex_date, exchange, symbol, series, subject
$$;
COMMENT ON FUNCTION agent.corporate_actions_as_of IS
    'Corporate actions that stood at a time; shares_after come out of shares_before, NULL: what it does to the price is not told.';

CREATE FUNCTION agent.scheme_as_of(
    of_scheme text, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false
)
RETURNS TABLE (
    scheme_code text, name text, amc text, category text, plan text, option text, payout_frequency text,
    isin_payout_or_growth text, isin_reinvestment text, vanished_at timestamptz, known_from timestamptz,
    recorded_at timestamptz, feed text, url text, sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH state AS (
        SELECT scheme_code, long_name, base_name, amc, category, plan, option, payout_frequency, isin_payout_or_growth,
               isin_reinvestment, first_seen_at, vanished_at, payload_id
        FROM market.scheme WHERE scheme_code = of_scheme
        UNION ALL
        SELECT scheme_code, long_name, base_name, amc, category, plan, option, payout_frequency, isin_payout_or_growth,
               isin_reinvestment, first_seen_at, vanished_at, payload_id
        FROM market.scheme_revision WHERE scheme_code = of_scheme
    )
    SELECT scheme_code, coalesce(long_name, base_name), amc, category, plan, option, payout_frequency,
           isin_payout_or_growth, isin_reinvestment, vanished_at, payload.fetched_at, payload.recorded_at, payload.feed,
           payload.url, payload.sha256
    FROM state
    JOIN etl.payload AS payload USING (payload_id)
    WHERE payload.fetched_at <= known_at AND (source_time OR payload.recorded_at <= known_at)
    ORDER BY payload.fetched_at DESC, payload.feed DESC, payload.sha256 DESC
    LIMIT 1
$$;
COMMENT ON FUNCTION agent.scheme_as_of IS
    'What a scheme was, as it was known at a time: its name, house, category, plan and option; no row: it was not known.';

-- A row of a session is put together from groups of columns, each as it was known: this is one group, the columns of
-- the others are to be left alone.
CREATE FUNCTION etl.equity_group_as_of(
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
               previous_close, volume, value_inr, trades,
               date_from, average_price, delivered_quantity, delivery_pct, isin,
               written.payload_id, written.recorded_at, true AS stands
        FROM wanted
        CROSS JOIN LATERAL (
            SELECT * FROM market.equity_eod AS kept
            WHERE (kept.exchange, kept.trade_date, kept.symbol) = (of_exchange, wanted.trade_date, wanted.symbol)
        ) AS eod
        CROSS JOIN LATERAL (
            SELECT CASE of_group WHEN 'price' THEN eod.price_payload_id WHEN 'average' THEN eod.average_payload_id
                                 WHEN 'delivery' THEN eod.delivery_payload_id ELSE eod.isin_payload_id END AS payload_id,
                   CASE of_group WHEN 'price' THEN eod.price_recorded_at WHEN 'average' THEN eod.average_recorded_at
                                 WHEN 'delivery' THEN eod.delivery_recorded_at ELSE eod.isin_recorded_at END AS recorded_at
        ) AS written
        WHERE written.payload_id IS NOT NULL
        UNION ALL
        SELECT old.trade_date, old.symbol, old.series, open, high, low, close, last,
               previous_close, volume, value_inr, trades,
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
    'One group of columns (price, average, delivery or isin) of a security''s rows as it was known at a time.';

CREATE FUNCTION agent.equity_as_of(
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
           price.volume, price.value_inr, price.trades, delivery.delivered_quantity, delivery.delivery_pct, isin.isin, price.date_from,
           price.known_from, price.recorded_at, price.reconstructed, price.feed, price.url, price.sha256
    FROM etl.equity_group_as_of(
        of_exchange, of_symbol, first_day, last_day, known_at, source_time, include_reconstructed, 'price'
    ) AS price
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
COMMENT ON FUNCTION agent.equity_as_of IS
    'A security''s sessions, raw, by its symbol of today (BSE: scrip code), through its older symbols, as they were known at a time: prices and values in ₹, quantities in securities. Its shares, or of_series alone.';

CREATE FUNCTION agent.equity_adjusted_as_of(
    of_exchange text, of_symbol text, first_day date, last_day date, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false,
    include_reconstructed boolean DEFAULT false, of_series text DEFAULT NULL
)
RETURNS TABLE (
    trade_date date, symbol text, series text, open numeric, high numeric, low numeric, close numeric, volume
    numeric, delivered_quantity numeric, factor numeric, era integer, known_from timestamptz, recorded_at
    timestamptz, reconstructed boolean, feed text, url text, sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH step AS MATERIALIZED (
        SELECT * FROM etl.adjustments(of_exchange, of_symbol, known_at, source_time)
    )
    SELECT raw.trade_date, raw.symbol, raw.series,
           round(raw.open * told.before / told.after, 4), round(raw.high * told.before / told.after, 4),
           round(raw.low * told.before / told.after, 4), round(raw.close * told.before / told.after, 4),
           round(raw.volume * told.after / told.before, 4),
           round(raw.delivered_quantity * told.after / told.before, 4),
           trim_scale(round(told.before / told.after, 12)), told.era,
           raw.known_from, raw.recorded_at, raw.reconstructed, raw.feed, raw.url, raw.sha256
    FROM agent.equity_as_of(
        of_exchange, of_symbol, first_day, last_day, known_at, source_time, include_reconstructed, of_series
    ) AS raw
    CROSS JOIN LATERAL (
        SELECT etl.product(coalesce(step.shares_after, 1)) AS after, etl.product(coalesce(step.shares_before, 1)) AS before,
               count(*) FILTER (WHERE step.shares_after IS NULL)::integer AS era
        FROM step
        WHERE step.ex_date > raw.trade_date
          AND step.series IS NOT DISTINCT FROM
              CASE WHEN etl.is_share(of_exchange, raw.series) AND raw.series <> 'T0' THEN NULL ELSE raw.series END
    ) AS told
    ORDER BY raw.trade_date, raw.symbol, raw.series
$$;
COMMENT ON FUNCTION agent.equity_adjusted_as_of IS
    'The same as if every split, consolidation and bonus known at the time had always been, to 4 decimals: a raw price times factor. Rows of different era can''t be compared: an action of unknown effect lies between. Dividends are left in.';

