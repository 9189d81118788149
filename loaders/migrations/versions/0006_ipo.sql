-- Views of public issues. IPOs alone: further offers, rights, debt, trusts and buybacks stay in market.ipo, flagged.

CREATE VIEW agent.ipo AS
SELECT issue.ipo_id, issue.symbol, issue.company, issue.platform, issue.status, issue.open_date,
       issue.close_date, issue.allotment_date, issue.listing_date, issue.series, issue.bse_scrip_code,
       issue.price_band_low, issue.price_band_high, issue.final_price, issue.face_value, issue.lot_size,
       issue.issue_size_shares, issue.issue_size_inr, issue.isin, issue.is_on_nse, issue.is_on_bse,
       issue.first_seen_at, issue.vanished_at,
       (SELECT array_agg(source || ':' || source_id ORDER BY source, source_id)
        FROM market.ipo_source AS named WHERE named.ipo_id = issue.ipo_id) AS sources,
       payload.fetched_at AS known_from, issue.recorded_at, payload.feed, payload.url, payload.sha256
FROM market.ipo AS issue
JOIN etl.payload AS payload USING (payload_id)
WHERE issue.security_kind = 'ipo';
COMMENT ON VIEW agent.ipo IS 'IPOs from announcement to listing, one row an issue: of each column what the best source says now.';
COMMENT ON COLUMN agent.ipo.ipo_id IS 'Number of the issue, the same in every database.';
COMMENT ON COLUMN agent.ipo.symbol IS 'The exchange''s symbol. Invented ones (ipowatch trackers) are left out.';
COMMENT ON COLUMN agent.ipo.company IS 'The issuer''s name as the feed writes it, cleaned of markup, 200 characters at most.';
COMMENT ON COLUMN agent.ipo.platform IS 'mainboard or sme; NULL where it is neither (debt) or not said.';
COMMENT ON COLUMN agent.ipo.status IS 'announced, open, closed, listed, withdrawn, or vanished: its sources show it no more, without a word. By its dates it is that of the newest fetch. NULL: all that was said of it was taken back.';
COMMENT ON COLUMN agent.ipo.open_date IS 'First day of bidding.';
COMMENT ON COLUMN agent.ipo.close_date IS 'Last day of bidding.';
COMMENT ON COLUMN agent.ipo.allotment_date IS 'Day on which the basis of allotment is settled.';
COMMENT ON COLUMN agent.ipo.listing_date IS 'First day of trading, planned or past, as the feed says it.';
COMMENT ON COLUMN agent.ipo.series IS 'NSE''s series or security type: EQ, BE, SME, DEBT and others.';
COMMENT ON COLUMN agent.ipo.bse_scrip_code IS 'BSE''s code: of the offer while it is open, of the share once it is listed.';
COMMENT ON COLUMN agent.ipo.price_band_low IS 'Lower end of the price band, ₹ a share; equal to the upper of a fixed price.';
COMMENT ON COLUMN agent.ipo.price_band_high IS 'Upper end of the price band, ₹ a share.';
COMMENT ON COLUMN agent.ipo.final_price IS 'Price at which shares were allotted, ₹.';
COMMENT ON COLUMN agent.ipo.face_value IS 'Face value, ₹ a share.';
COMMENT ON COLUMN agent.ipo.lot_size IS 'Shares in a lot.';
COMMENT ON COLUMN agent.ipo.issue_size_shares IS 'Shares on offer; NSE takes the anchors'' part out on the way.';
COMMENT ON COLUMN agent.ipo.issue_size_inr IS 'Size in ₹, where the source says it in money; with the anchors'' part.';
COMMENT ON COLUMN agent.ipo.isin IS 'ISIN with a good check digit.';
COMMENT ON COLUMN agent.ipo.is_on_nse IS 'Whether it is offered through NSE; that says nothing of where it lists.';
COMMENT ON COLUMN agent.ipo.is_on_bse IS 'Whether it is offered through BSE.';
COMMENT ON COLUMN agent.ipo.first_seen_at IS 'Fetch of the first payload that told of it.';
COMMENT ON COLUMN agent.ipo.vanished_at IS 'Fetch of the first complete list without it; NULL while it is not vanished.';
COMMENT ON COLUMN agent.ipo.sources IS 'Every source''s id that is this issue, SOURCE:ID.';
COMMENT ON COLUMN agent.ipo.known_from IS 'When a source first told munim this.';
COMMENT ON COLUMN agent.ipo.recorded_at IS 'When it could first be read in this database.';
COMMENT ON COLUMN agent.ipo.feed IS 'Feed that established it.';
COMMENT ON COLUMN agent.ipo.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.ipo.sha256 IS 'Digest of those bytes: their place in the archive.';

CREATE VIEW agent.ipo_subscription AS
SELECT issue.ipo_id, issue.symbol, issue.company, issue.platform,
       bids.book, bids.as_of, bids.as_of_from, bids.sr_no, bids.category, bids.shares_offered, bids.shares_bid,
       bids.times, bids.applications,
       payload.fetched_at AS known_from, bids.recorded_at, payload.feed, payload.url, payload.sha256
FROM market.ipo_subscription AS bids
JOIN market.ipo_source AS named USING (source, source_id)
JOIN market.ipo AS issue ON issue.ipo_id = named.ipo_id
JOIN etl.payload AS payload ON payload.payload_id = bids.payload_id
WHERE issue.security_kind = 'ipo';
COMMENT ON VIEW agent.ipo_subscription IS 'Bids for IPOs by category, at every time that a source told them.';
COMMENT ON COLUMN agent.ipo_subscription.ipo_id IS 'Number of the issue, the same in every database.';
COMMENT ON COLUMN agent.ipo_subscription.symbol IS 'The exchange''s symbol. Invented ones (ipowatch trackers) are left out.';
COMMENT ON COLUMN agent.ipo_subscription.company IS 'The issuer''s name as the feed writes it, cleaned of markup, 200 characters at most.';
COMMENT ON COLUMN agent.ipo_subscription.platform IS 'mainboard or sme; NULL where it is neither (debt) or not said.';
COMMENT ON COLUMN agent.ipo_subscription.book IS 'nse: bids through NSE; combined: through NSE and BSE.';
COMMENT ON COLUMN agent.ipo_subscription.as_of IS 'Time that the premium is of.';
COMMENT ON COLUMN agent.ipo_subscription.as_of_from IS 'content: as_of stands in the payload; fetch: it is the fetch''s time.';
COMMENT ON COLUMN agent.ipo_subscription.sr_no IS 'The category''s number, 2.1(b), for names repeat; TOTAL for the total.';
COMMENT ON COLUMN agent.ipo_subscription.category IS 'The category''s name. An SME issue''s combined book leaves the individuals out.';
COMMENT ON COLUMN agent.ipo_subscription.shares_offered IS 'Shares reserved for the category.';
COMMENT ON COLUMN agent.ipo_subscription.shares_bid IS 'Shares bid for.';
COMMENT ON COLUMN agent.ipo_subscription.times IS 'How often it is subscribed, as published.';
COMMENT ON COLUMN agent.ipo_subscription.applications IS 'Applications.';
COMMENT ON COLUMN agent.ipo_subscription.known_from IS 'When a source first told munim this.';
COMMENT ON COLUMN agent.ipo_subscription.recorded_at IS 'When it could first be read in this database.';
COMMENT ON COLUMN agent.ipo_subscription.feed IS 'Feed that established it.';
COMMENT ON COLUMN agent.ipo_subscription.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.ipo_subscription.sha256 IS 'Digest of those bytes: their place in the archive.';

CREATE VIEW agent.ipo_gmp AS
SELECT issue.ipo_id, issue.symbol, coalesce(issue.company, premium.company_text) AS company,
       premium.source, premium.as_of, premium.as_of_from, premium.gmp_inr, premium.price,
       premium.estimated_gain_pct, premium.unofficial,
       payload.fetched_at AS known_from, premium.recorded_at, payload.feed, payload.url, payload.sha256
FROM market.ipo_gmp AS premium
JOIN etl.payload AS payload USING (payload_id)
LEFT JOIN market.ipo_source AS named USING (source, source_id)
LEFT JOIN market.ipo AS issue ON issue.ipo_id = named.ipo_id
WHERE coalesce(issue.security_kind, 'ipo') = 'ipo';
COMMENT ON VIEW agent.ipo_gmp IS 'UNOFFICIAL: grey-market premiums of IPOs as report sites tell them. Hearsay; no exchange knows this market.';
COMMENT ON COLUMN agent.ipo_gmp.ipo_id IS 'Number of the issue, the same in every database.';
COMMENT ON COLUMN agent.ipo_gmp.symbol IS 'The exchange''s symbol. Invented ones (ipowatch trackers) are left out.';
COMMENT ON COLUMN agent.ipo_gmp.company IS 'The issuer''s name as the feed writes it, cleaned of markup, 200 characters at most.';
COMMENT ON COLUMN agent.ipo_gmp.source IS 'Site: nse, bse, chittorgarh, investorgain, ipowatch.';
COMMENT ON COLUMN agent.ipo_gmp.as_of IS 'Time that the premium is of.';
COMMENT ON COLUMN agent.ipo_gmp.as_of_from IS 'content: as_of stands in the payload; fetch: it is the fetch''s time.';
COMMENT ON COLUMN agent.ipo_gmp.gmp_inr IS 'Grey-market premium, ₹ a share; NULL where nobody deals in it.';
COMMENT ON COLUMN agent.ipo_gmp.price IS 'Issue price that the site reckons with, ₹ a share.';
COMMENT ON COLUMN agent.ipo_gmp.estimated_gain_pct IS 'Gain on listing that the site reckons, in percent of the price.';
COMMENT ON COLUMN agent.ipo_gmp.unofficial IS 'Always true: no exchange knows this market.';
COMMENT ON COLUMN agent.ipo_gmp.known_from IS 'When a source first told munim this.';
COMMENT ON COLUMN agent.ipo_gmp.recorded_at IS 'When it could first be read in this database.';
COMMENT ON COLUMN agent.ipo_gmp.feed IS 'Feed that established it.';
COMMENT ON COLUMN agent.ipo_gmp.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.ipo_gmp.sha256 IS 'Digest of those bytes: their place in the archive.';

-- What an issue did on its first day comes from here alone: a table of prices that is there is a SELECT here, with
-- the same columns, and nothing else changes.
CREATE VIEW etl.ipo_first_day AS
SELECT NULL::bigint AS ipo_id, NULL::text AS exchange, NULL::numeric AS open_inr, NULL::numeric AS high_inr,
       NULL::numeric AS low_inr, NULL::numeric AS close_inr
WHERE false;
COMMENT ON VIEW etl.ipo_first_day IS 'Prices of the first day of listed issues, one row an issue, from the equity tables.';
COMMENT ON COLUMN etl.ipo_first_day.ipo_id IS 'Number of the issue, the same in every database.';
COMMENT ON COLUMN etl.ipo_first_day.exchange IS 'Exchange whose prices they are; NULL: no table of prices has them.';
COMMENT ON COLUMN etl.ipo_first_day.open_inr IS 'First price of the first day, ₹ a share; NULL: no table of prices has it.';
COMMENT ON COLUMN etl.ipo_first_day.high_inr IS 'Highest price of the first day, ₹; NULL: no table of prices has it.';
COMMENT ON COLUMN etl.ipo_first_day.low_inr IS 'Lowest price of the first day, ₹; NULL: no table of prices has it.';
COMMENT ON COLUMN etl.ipo_first_day.close_inr IS 'Closing price of the first day, ₹; NULL: no table of prices has it.';

CREATE VIEW market.ipo_listing AS
SELECT issue.ipo_id, issue.symbol, issue.isin, issue.company, issue.platform, issue.security_kind, issue.listing_date,
       issue_price.issue_price, issue_price.issue_price_from, day.exchange, day.open_inr, day.high_inr, day.low_inr,
       day.close_inr, round((day.close_inr - issue_price.issue_price) * 100 / issue_price.issue_price, 2) AS gain_pct,
       CASE WHEN day.close_inr IS NULL THEN 'source' ELSE 'equity' END AS from_source, issue.payload_id
FROM market.ipo AS issue
CROSS JOIN LATERAL (
    -- Of a band the price inside it is not known before it is told; a fixed price is.
    SELECT coalesce(issue.final_price, fixed.price) AS issue_price,
           CASE WHEN issue.final_price IS NOT NULL THEN 'final_price'
                WHEN fixed.price IS NOT NULL THEN 'fixed_price' END AS issue_price_from
    FROM (SELECT CASE WHEN issue.price_band_low = issue.price_band_high THEN issue.price_band_high END AS price) AS fixed
) AS issue_price
LEFT JOIN etl.ipo_first_day AS day ON day.ipo_id = issue.ipo_id
WHERE issue.status = 'listed';
COMMENT ON VIEW market.ipo_listing IS 'What came of each issue that is listed: its price, and its first day.';
COMMENT ON COLUMN market.ipo_listing.ipo_id IS 'Number of the issue, the same in every database.';
COMMENT ON COLUMN market.ipo_listing.symbol IS 'The exchange''s symbol. Invented ones (ipowatch trackers) are left out.';
COMMENT ON COLUMN market.ipo_listing.isin IS 'ISIN with a good check digit.';
COMMENT ON COLUMN market.ipo_listing.company IS 'The issuer''s name as the feed writes it, cleaned of markup, 200 characters at most.';
COMMENT ON COLUMN market.ipo_listing.platform IS 'mainboard or sme; NULL where it is neither (debt) or not said.';
COMMENT ON COLUMN market.ipo_listing.security_kind IS 'ipo, fpo, rights, debt, invit, reit, ofs, buyback, takeover or unknown.';
COMMENT ON COLUMN market.ipo_listing.listing_date IS 'First day of trading (Asia/Kolkata).';
COMMENT ON COLUMN market.ipo_listing.issue_price IS 'Price at which shares were allotted, ₹; NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_listing.issue_price_from IS 'final_price: a source says it; fixed_price: the band is one price; NULL: it is not known.';
COMMENT ON COLUMN market.ipo_listing.exchange IS 'Exchange whose prices they are; NULL: no table of prices has them.';
COMMENT ON COLUMN market.ipo_listing.open_inr IS 'First price of the first day, ₹ a share; NULL: no table of prices has it.';
COMMENT ON COLUMN market.ipo_listing.high_inr IS 'Highest price of the first day, ₹; NULL: no table of prices has it.';
COMMENT ON COLUMN market.ipo_listing.low_inr IS 'Lowest price of the first day, ₹; NULL: no table of prices has it.';
COMMENT ON COLUMN market.ipo_listing.close_inr IS 'Closing price of the first day, ₹; NULL: no table of prices has it.';
COMMENT ON COLUMN market.ipo_listing.gain_pct IS 'Close of the first day above the issue price, in percent of it; NULL: one of the two is not known.';
COMMENT ON COLUMN market.ipo_listing.from_source IS 'equity: the prices of the day are the exchange''s; source: only the listing is known, from what the sites say of the issue.';
COMMENT ON COLUMN market.ipo_listing.payload_id IS 'Payload that established the issue''s state; its fetched_at is known_from.';

CREATE VIEW agent.ipo_listing AS
SELECT listing.ipo_id, listing.symbol, listing.isin, listing.company, listing.platform, listing.listing_date,
       listing.issue_price, listing.issue_price_from, listing.exchange, listing.open_inr, listing.high_inr,
       listing.low_inr, listing.close_inr, listing.gain_pct, listing.from_source, payload.fetched_at AS known_from,
       payload.feed, payload.url, payload.sha256
FROM market.ipo_listing AS listing
JOIN etl.payload AS payload USING (payload_id)
WHERE listing.security_kind = 'ipo';
COMMENT ON VIEW agent.ipo_listing IS 'What came of each IPO that is listed: its price, its first day, and the gain.';
COMMENT ON COLUMN agent.ipo_listing.ipo_id IS 'Number of the issue, the same in every database.';
COMMENT ON COLUMN agent.ipo_listing.symbol IS 'The exchange''s symbol. Invented ones (ipowatch trackers) are left out.';
COMMENT ON COLUMN agent.ipo_listing.isin IS 'ISIN with a good check digit.';
COMMENT ON COLUMN agent.ipo_listing.company IS 'The issuer''s name as the feed writes it, cleaned of markup, 200 characters at most.';
COMMENT ON COLUMN agent.ipo_listing.platform IS 'mainboard or sme; NULL where it is neither (debt) or not said.';
COMMENT ON COLUMN agent.ipo_listing.listing_date IS 'First day of trading (Asia/Kolkata).';
COMMENT ON COLUMN agent.ipo_listing.issue_price IS 'Price at which shares were allotted, ₹; NULL: no source has said it.';
COMMENT ON COLUMN agent.ipo_listing.issue_price_from IS 'final_price: a source says it; fixed_price: the band is one price; NULL: it is not known.';
COMMENT ON COLUMN agent.ipo_listing.exchange IS 'Exchange whose prices they are; NULL: no table of prices has them.';
COMMENT ON COLUMN agent.ipo_listing.open_inr IS 'First price of the first day, ₹ a share; NULL: no table of prices has it.';
COMMENT ON COLUMN agent.ipo_listing.high_inr IS 'Highest price of the first day, ₹; NULL: no table of prices has it.';
COMMENT ON COLUMN agent.ipo_listing.low_inr IS 'Lowest price of the first day, ₹; NULL: no table of prices has it.';
COMMENT ON COLUMN agent.ipo_listing.close_inr IS 'Closing price of the first day, ₹; NULL: no table of prices has it.';
COMMENT ON COLUMN agent.ipo_listing.gain_pct IS 'Close of the first day above the issue price, in percent of it; NULL: one of the two is not known.';
COMMENT ON COLUMN agent.ipo_listing.from_source IS 'equity: the prices of the day are the exchange''s; source: only the listing is known, from what the sites say of the issue.';
COMMENT ON COLUMN agent.ipo_listing.known_from IS 'When a source first told munim this.';
COMMENT ON COLUMN agent.ipo_listing.feed IS 'Feed that established it.';
COMMENT ON COLUMN agent.ipo_listing.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.ipo_listing.sha256 IS 'Digest of those bytes: their place in the archive.';

COMMENT ON COLUMN etl.payload.origin IS 'fetch: asked by munim; file: ingested; revert, import or link: a decision.';
