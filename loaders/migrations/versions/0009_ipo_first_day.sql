-- What an issue did on its first day, from the equity tables: a view, so that it does not matter which came first.

-- NSE's prices come before BSE's. The ISIN says which share it is; where a side has none, the exchange's own code and a
-- series of shares does. `munim/readers/ipo_first_day.sql` asks the same as of a time.
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
ORDER BY issue.ipo_id, eod.exchange DESC, (issue.isin = eod.isin) DESC NULLS LAST, eod.value_inr DESC NULLS LAST,
         eod.series;
COMMENT ON COLUMN etl.ipo_first_day.price_payload_id IS 'Payload that established the prices; its fetched_at is when they were known.';

ALTER TABLE market.ipo_gmp ADD COLUMN first_price NUMERIC;
ALTER TABLE market.ipo_gmp_revision ADD COLUMN first_price NUMERIC;
COMMENT ON COLUMN market.ipo_gmp.first_price IS 'Price at which it opened on its first day, ₹ a share; NULL: the site doesn''t say.';
COMMENT ON COLUMN market.ipo_gmp_revision.first_price IS 'Price at which it opened on its first day, ₹ a share; NULL: the site doesn''t say.';

CREATE OR REPLACE VIEW market.ipo_listing AS
SELECT issue.ipo_id, issue.symbol, issue.isin, issue.company, issue.platform, issue.security_kind, issue.listing_date,
       issue_price.issue_price, issue_price.issue_price_from, day.exchange,
       CASE WHEN day.close_inr IS NULL THEN report.first_price ELSE day.open_inr END AS open_inr, day.high_inr,
       day.low_inr, day.close_inr, round((day.close_inr - issue_price.issue_price) * 100 / issue_price.issue_price, 2) AS gain_pct,
       CASE WHEN day.close_inr IS NULL THEN 'source' ELSE 'equity' END AS from_source, issue.payload_id,
       coalesce(day.price_payload_id, report.payload_id) AS price_payload_id
FROM market.ipo AS issue
CROSS JOIN LATERAL (
    -- Of a band the price inside it is not known before it is told; a fixed price is.
    SELECT coalesce(issue.final_price, fixed.price) AS issue_price,
           CASE WHEN issue.final_price IS NOT NULL THEN 'final_price'
                WHEN fixed.price IS NOT NULL THEN 'fixed_price' END AS issue_price_from
    FROM (SELECT CASE WHEN issue.price_band_low = issue.price_band_high THEN issue.price_band_high END AS price) AS fixed
) AS issue_price
LEFT JOIN etl.ipo_first_day AS day ON day.ipo_id = issue.ipo_id
LEFT JOIN LATERAL (
    SELECT premium.first_price, premium.payload_id
    FROM market.ipo_gmp AS premium
    JOIN market.ipo_source AS named USING (source, source_id)
    WHERE named.ipo_id = issue.ipo_id AND premium.first_price IS NOT NULL
    ORDER BY premium.as_of DESC, premium.source LIMIT 1
) AS report ON true
WHERE issue.status = 'listed';
COMMENT ON COLUMN market.ipo_listing.open_inr IS 'First price of the first day, ₹ a share: the exchange''s, else a report site''s (from_source); NULL: nobody has told it.';
COMMENT ON COLUMN market.ipo_listing.from_source IS 'equity: the prices of the day are the exchange''s; source: what the sites say of the issue, which is the first price at most.';
COMMENT ON COLUMN market.ipo_listing.price_payload_id IS 'Payload that established the prices of the day; NULL: nobody has told them.';

CREATE OR REPLACE VIEW agent.ipo_listing AS
SELECT listing.ipo_id, listing.symbol, listing.isin, listing.company, listing.platform, listing.listing_date,
       listing.issue_price, listing.issue_price_from, listing.exchange, listing.open_inr, listing.high_inr,
       listing.low_inr, listing.close_inr, listing.gain_pct, listing.from_source, payload.fetched_at AS known_from,
       payload.feed, payload.url, payload.sha256, price.feed AS price_feed, price.fetched_at AS price_known_from,
       price.sha256 AS price_sha256
FROM market.ipo_listing AS listing
JOIN etl.payload AS payload USING (payload_id)
LEFT JOIN etl.payload AS price ON price.payload_id = listing.price_payload_id
WHERE listing.security_kind = 'ipo';
COMMENT ON COLUMN agent.ipo_listing.open_inr IS 'First price of the first day, ₹ a share: the exchange''s, else a report site''s (from_source); NULL: nobody has told it.';
COMMENT ON COLUMN agent.ipo_listing.from_source IS 'equity: the prices of the day are the exchange''s; source: what the sites say of the issue, which is the first price at most.';
COMMENT ON COLUMN agent.ipo_listing.price_feed IS 'Feed whose payload has the prices of the day; NULL: nobody has told them.';
COMMENT ON COLUMN agent.ipo_listing.price_known_from IS 'When that payload was fetched; NULL: nobody has told them.';
COMMENT ON COLUMN agent.ipo_listing.price_sha256 IS 'Digest of the bytes with the prices; NULL: nobody has told them.';
