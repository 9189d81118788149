-- The exchanges' provisional FII/FPI net of a session beside NSDL's final one. NSDL's report of a day is of trades up to
-- the trading day before, so it speaks of one session alone only where no other stands between: where the next session
-- has no report, or the session itself was no settlement day (its trades and those before are reported together), there
-- is nothing to compare.
WITH span AS (
    SELECT greatest(min(trade_date), %(first)s) AS first_day, least(max(trade_date), %(last)s) AS last_day
    FROM market.fii_dii
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
WHERE flow.trade_date BETWEEN %(first)s AND %(last)s
  AND flow.investor_class = 'fii_fpi' AND flow.scope = 'all_exchanges' AND flow.basis = 'exchange_provisional'
  AND report.asset_class = 'equity' AND report.route = 'stock_exchange'
ORDER BY flow.trade_date, flow.source
