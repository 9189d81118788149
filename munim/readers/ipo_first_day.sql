-- The prices of a share's first day as they were known at a time; the view etl.ipo_first_day asks the same as of now.
WITH price AS (
    SELECT exchange, symbol, series, isin, coalesce(value_inr, turnover_lakh * 100000) AS value_inr, open, high, low, close, price_payload_id AS payload_id,
           price_recorded_at AS recorded_at
    FROM market.equity_eod
    WHERE trade_date = %(day)s
    UNION ALL
    SELECT exchange, symbol, series, eod.isin, coalesce(eod.value_inr, eod.turnover_lakh * 100000), old.open, old.high, old.low, old.close, old.payload_id,
           old.recorded_at
    FROM market.equity_eod_revision AS old
    JOIN market.equity_eod AS eod USING (exchange, trade_date, symbol, series)
    WHERE trade_date = %(day)s AND old.column_group = 'price'
)
SELECT price.exchange::text COLLATE "default" AS exchange, trim_scale(price.open) AS open_inr,
       trim_scale(price.high) AS high_inr, trim_scale(price.low) AS low_inr, trim_scale(price.close) AS close_inr,
       payload.feed, payload.sha256
FROM price
JOIN etl.payload AS payload USING (payload_id)
WHERE price.close IS NOT NULL AND payload.fetched_at <= %(at)s
  AND (%(source_time)s OR price.recorded_at <= %(at)s)
  AND CASE WHEN %(isin)s::text IS NOT NULL AND price.isin IS NOT NULL THEN price.isin = %(isin)s
           WHEN price.exchange = 'NSE'
               THEN price.symbol = %(symbol)s::text AND price.series IN ('EQ', 'BE', 'BZ', 'SM', 'ST', 'SZ')
           ELSE price.symbol = %(scrip)s::text END
ORDER BY price.exchange DESC, (price.isin = %(isin)s::text) DESC NULLS LAST, payload.fetched_at DESC,
         price.value_inr DESC NULLS LAST, price.series
LIMIT 1
