-- Views of the flows, the gaps that a source without a history leaves, and freshness by day.

CREATE VIEW agent.fii_dii AS
SELECT flow.trade_date, flow.investor_class, flow.scope, flow.source, flow.basis,
       flow.buy_inr_crore, flow.sell_inr_crore, flow.net_inr_crore, flow.label,
       payload.origin = 'import' AS imported, payload.fetched_at AS known_from, flow.recorded_at,
       payload.fetched_at > (flow.trade_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
       payload.feed, payload.url, payload.sha256
FROM market.fii_dii AS flow
JOIN etl.payload AS payload USING (payload_id);
COMMENT ON VIEW agent.fii_dii IS 'What foreign and domestic institutions bought and sold in a session, by who says it and on which basis.';
COMMENT ON COLUMN agent.fii_dii.trade_date IS 'Session (Asia/Kolkata).';
COMMENT ON COLUMN agent.fii_dii.investor_class IS 'fii_fpi (foreign) or dii (domestic institutions).';
COMMENT ON COLUMN agent.fii_dii.scope IS 'Where the trades were: all_exchanges or nse alone.';
COMMENT ON COLUMN agent.fii_dii.source IS 'Who says it: nse, or the name of an import.';
COMMENT ON COLUMN agent.fii_dii.basis IS 'exchange_provisional or depository_final; never add or compare across them as one.';
COMMENT ON COLUMN agent.fii_dii.buy_inr_crore IS 'Bought in ₹ crore; NULL: the source did not say.';
COMMENT ON COLUMN agent.fii_dii.sell_inr_crore IS 'Sold in ₹ crore; NULL: the source did not say.';
COMMENT ON COLUMN agent.fii_dii.net_inr_crore IS 'Bought less sold in ₹ crore.';
COMMENT ON COLUMN agent.fii_dii.label IS 'The source''s own label of the class; NULL: it gave none.';
COMMENT ON COLUMN agent.fii_dii.imported IS 'True: from a history that somebody had, not from the site.';
COMMENT ON COLUMN agent.fii_dii.known_from IS 'When the source first told munim these figures.';
COMMENT ON COLUMN agent.fii_dii.recorded_at IS 'When they could first be read in this database.';
COMMENT ON COLUMN agent.fii_dii.reconstructed IS 'True: fetched more than a week after the session, so they were not known here then.';
COMMENT ON COLUMN agent.fii_dii.feed IS 'Feed that established them.';
COMMENT ON COLUMN agent.fii_dii.url IS 'Address of the bytes that established them.';
COMMENT ON COLUMN agent.fii_dii.sha256 IS 'Digest of those bytes: their place in the archive.';

CREATE VIEW agent.fpi_flow AS
SELECT flow.reporting_date, flow.asset_class, flow.route, 'depository_final' AS basis,
       flow.gross_purchases_inr_crore, flow.gross_sales_inr_crore, flow.net_inr_crore,
       flow.net_usd_million, flow.inr_per_usd,
       payload.fetched_at AS known_from, flow.recorded_at, payload.feed, payload.url, payload.sha256
FROM market.fpi_flow AS flow
JOIN etl.payload AS payload USING (payload_id);
COMMENT ON VIEW agent.fpi_flow IS 'Foreign portfolio investment as NSDL reports it, by kind of asset and way in.';
COMMENT ON COLUMN agent.fpi_flow.reporting_date IS 'Day that NSDL reports on: trades up to the day before. No trade date.';
COMMENT ON COLUMN agent.fpi_flow.asset_class IS 'Kind of asset: equity, debt, hybrid and so on.';
COMMENT ON COLUMN agent.fpi_flow.route IS 'Way in: stock_exchange, primary_market and so on.';
COMMENT ON COLUMN agent.fpi_flow.basis IS 'Always depository_final: as custodians confirmed it.';
COMMENT ON COLUMN agent.fpi_flow.gross_purchases_inr_crore IS 'Gross purchases in ₹ crore; NULL: not said.';
COMMENT ON COLUMN agent.fpi_flow.gross_sales_inr_crore IS 'Gross sales in ₹ crore; NULL: not said.';
COMMENT ON COLUMN agent.fpi_flow.net_inr_crore IS 'Net investment in ₹ crore.';
COMMENT ON COLUMN agent.fpi_flow.net_usd_million IS 'Net investment in US$ million; NULL: not said.';
COMMENT ON COLUMN agent.fpi_flow.inr_per_usd IS '₹ for one US$ that NSDL converted at; NULL: not said.';
COMMENT ON COLUMN agent.fpi_flow.known_from IS 'When the source first told munim these figures.';
COMMENT ON COLUMN agent.fpi_flow.recorded_at IS 'When they could first be read in this database.';
COMMENT ON COLUMN agent.fpi_flow.feed IS 'Feed that established them.';
COMMENT ON COLUMN agent.fpi_flow.url IS 'Address of the bytes that established them.';
COMMENT ON COLUMN agent.fpi_flow.sha256 IS 'Digest of those bytes: their place in the archive.';

-- Provisional against final: a fact of its own, never a correction. NSDL's report of a day is of trades up to the trading
-- day before, so it speaks of one session alone only where no other stands between: where the next session has no
-- report, or the session itself was no settlement day (its trades and those before are reported together), there is
-- nothing to compare.
CREATE VIEW agent.fii_provisional_and_final AS
WITH span AS (
    SELECT min(trade_date) AS first_day, max(trade_date) AS last_day FROM market.fii_dii
),
session AS (
    SELECT calendar.day, calendar.settles, lead(calendar.day) OVER (ORDER BY calendar.day) AS next_day
    FROM span
    CROSS JOIN LATERAL etl.calendar('NSE', span.first_day, span.last_day + 15) AS calendar
    WHERE calendar.standing <> 'closed'
)
SELECT flow.trade_date, flow.source, report.reporting_date, flow.net_inr_crore AS provisional_net_inr_crore,
       report.net_inr_crore AS final_net_inr_crore, report.net_inr_crore - flow.net_inr_crore AS difference_inr_crore
FROM market.fii_dii AS flow
JOIN session ON session.day = flow.trade_date AND session.settles IS NOT false
JOIN market.fpi_flow AS report ON report.reporting_date = session.next_day
WHERE flow.investor_class = 'fii_fpi' AND flow.scope = 'all_exchanges' AND flow.basis = 'exchange_provisional'
  AND report.asset_class = 'equity' AND report.route = 'stock_exchange';
COMMENT ON VIEW agent.fii_provisional_and_final IS 'The evening''s provisional FII figure beside NSDL''s final one, where a report speaks of that session alone: they differ, and neither corrects the other.';
COMMENT ON COLUMN agent.fii_provisional_and_final.trade_date IS 'Session of the provisional figure.';
COMMENT ON COLUMN agent.fii_provisional_and_final.source IS 'Who says the provisional figure: nse, or the name of an import.';
COMMENT ON COLUMN agent.fii_provisional_and_final.reporting_date IS 'Day of the report that speaks of that session: the session after it.';
COMMENT ON COLUMN agent.fii_provisional_and_final.provisional_net_inr_crore IS 'Exchanges'' provisional net in ₹ crore.';
COMMENT ON COLUMN agent.fii_provisional_and_final.final_net_inr_crore IS 'NSDL''s net in equity through the stock exchanges, ₹ crore.';
COMMENT ON COLUMN agent.fii_provisional_and_final.difference_inr_crore IS 'Final less provisional, ₹ crore.';

CREATE VIEW etl.feed_day AS
SELECT DISTINCT 'nse.fii_dii' AS feed, trade_date AS day FROM market.fii_dii
WHERE scope = 'all_exchanges' AND basis <> 'depository_final'
UNION ALL SELECT DISTINCT 'nse.participant_oi', trade_date FROM market.participant_oi
UNION ALL SELECT DISTINCT 'nsdl.fpi_latest', reporting_date FROM market.fpi_flow;
COMMENT ON VIEW etl.feed_day IS 'The days of which a feed''s table has content, whoever brought it: an import fills a gap.';
COMMENT ON COLUMN etl.feed_day.feed IS 'Feed whose table it is.';
COMMENT ON COLUMN etl.feed_day.day IS 'Day that has content.';

CREATE FUNCTION etl.gaps_at(of_feed text, at timestamptz)
RETURNS TABLE (day date, standing text)
LANGUAGE sql STABLE
AS $$
    WITH span AS (
        SELECT min(feed_day.day) AS first_day, etl.due_content(of_feed, at) AS last_day
        FROM etl.feed_day WHERE feed = of_feed
    )
    SELECT calendar.day, calendar.standing
    FROM span
    CROSS JOIN LATERAL etl.calendar('NSE', span.first_day, span.last_day) AS calendar
    WHERE CASE (SELECT calendar FROM etl.timetable WHERE feed = of_feed)
              WHEN 'nse_sessions' THEN calendar.standing <> 'closed'
              WHEN 'nse_settlement' THEN calendar.standing <> 'closed' AND calendar.settles IS NOT false
              ELSE false
          END
      AND NOT EXISTS (SELECT FROM etl.feed_day AS there WHERE there.feed = of_feed AND there.day = calendar.day)
    ORDER BY calendar.day
$$;
COMMENT ON FUNCTION etl.gaps_at IS
    'Days since a feed''s first one that are due by a time and have no content; standing unknown: perhaps no session.';

DROP VIEW etl.freshness;
DROP FUNCTION etl.freshness_at;

CREATE FUNCTION etl.nav_share_at(at timestamptz, due_content date)
RETURNS TABLE (newest date, due_share numeric)
LANGUAGE sql STABLE
AS $$
    WITH listed AS (
        SELECT latest.nav_date,
               max(latest.nav_date) FILTER (WHERE latest.nav_date <= (at AT TIME ZONE 'Asia/Kolkata')::date)
                   OVER () AS newest
        FROM market.nav_latest AS latest
        JOIN market.scheme AS scheme USING (scheme_code)
        WHERE scheme.vanished_at IS NULL
    )
    -- A scheme is due when it is listed and had a NAV in the 30 days before the newest: dead ones are not waited for.
    SELECT max(newest), count(*) FILTER (WHERE nav_date >= due_content)::numeric / nullif(count(*), 0)
    FROM listed WHERE nav_date > newest - 30
$$;
COMMENT ON FUNCTION etl.nav_share_at IS 'The newest NAV date, and the share of live schemes that have the day that is due.';

CREATE FUNCTION etl.freshness_at(at timestamptz)
RETURNS TABLE (
    dataset text, feed text, newest_content date, due_content date, due_share numeric, gaps integer, status text,
    last_success timestamptz, last_failure timestamptz, last_failure_reason text
)
LANGUAGE sql STABLE
AS $$
    WITH due AS (
        SELECT timetable.dataset, timetable.feed, timetable.calendar,
               etl.due_content(timetable.feed, at) AS due_content
        FROM etl.timetable AS timetable
    ),
    held AS (
        SELECT due.*,
               CASE WHEN due.dataset = 'nav' THEN nav.newest
                    WHEN due.calendar = 'fetch' THEN looked.newest
                    ELSE content.newest END AS newest,
               nav.due_share, gaps.gaps
        FROM due
        LEFT JOIN LATERAL (
            SELECT share.newest, share.due_share FROM etl.nav_share_at(at, due.due_content) AS share
        ) AS nav ON due.dataset = 'nav'
        LEFT JOIN LATERAL (
            SELECT (max(payload.fetched_at) AT TIME ZONE 'Asia/Kolkata')::date AS newest
            FROM etl.payload AS payload WHERE payload.feed = due.feed AND payload.fetched_at <= at
        ) AS looked ON due.calendar = 'fetch'
        LEFT JOIN LATERAL (
            SELECT max(feed_day.day) AS newest FROM etl.feed_day
            WHERE feed_day.feed = due.feed AND feed_day.day <= (at AT TIME ZONE 'Asia/Kolkata')::date
        ) AS content ON due.dataset <> 'nav' AND due.calendar <> 'fetch'
        LEFT JOIN LATERAL (
            SELECT count(*)::integer AS gaps FROM etl.gaps_at(due.feed, at)
        ) AS gaps ON due.calendar IN ('nse_sessions', 'nse_settlement')
    )
    SELECT held.dataset, held.feed, held.newest, held.due_content, round(held.due_share, 4), held.gaps,
           CASE WHEN held.newest IS NULL THEN 'empty'
                WHEN coalesce(held.due_share >= 0.95, held.newest >= held.due_content) THEN 'fresh'
                ELSE 'late' END,
           (SELECT max(run.finished_at) FROM etl.run AS run
            WHERE run.feed = held.feed AND run.status IN ('success', 'repeat') AND run.finished_at <= at),
           failure.finished_at, failure.error
    FROM held
    LEFT JOIN LATERAL (
        SELECT run.finished_at, run.error FROM etl.run AS run
        WHERE run.feed = held.feed AND run.error IS NOT NULL AND run.finished_at <= at
        ORDER BY run.started_at DESC LIMIT 1
    ) AS failure ON true
$$;
COMMENT ON FUNCTION etl.freshness_at IS
    'How fresh what the tables hold now is when judged by a time: newest content, what was due then, whether it is there.';

CREATE VIEW etl.freshness AS SELECT * FROM etl.freshness_at(now());
COMMENT ON VIEW etl.freshness IS 'How fresh each feed is now: fresh, late or empty.';
COMMENT ON COLUMN etl.freshness.dataset IS 'Data set.';
COMMENT ON COLUMN etl.freshness.feed IS 'Source and feed.';
COMMENT ON COLUMN etl.freshness.newest_content IS 'Newest date in the tables; dates in the future do not count. Of a list that is only looked at: the day of the last look.';
COMMENT ON COLUMN etl.freshness.due_content IS 'Newest date whose content is due by now.';
COMMENT ON COLUMN etl.freshness.due_share IS 'Share of the live schemes that have that date (0 to 1); NULL: empty, or no NAVs.';
COMMENT ON COLUMN etl.freshness.gaps IS 'Days since the first one that are due and have no content: `munim gaps` lists them; NULL: the feed has no such days.';
COMMENT ON COLUMN etl.freshness.status IS 'fresh: what is due is there (of NAVs, for at least 95% of the schemes); late: it is not; empty: nothing is there.';
COMMENT ON COLUMN etl.freshness.last_success IS 'End of the last run that loaded or confirmed the feed; NULL: none.';
COMMENT ON COLUMN etl.freshness.last_failure IS 'End of the last run that failed; NULL: none.';
COMMENT ON COLUMN etl.freshness.last_failure_reason IS 'What that run said; NULL: none failed.';
