-- An issue's states, each from when on it was known: the newest that were known at a time, or all of them.
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
    WHERE %(every)s OR %(at)s::timestamptz < 'infinity'
),
known AS (
    SELECT state.*, payload.fetched_at AS known_from, payload.feed, payload.url, payload.sha256,
           row_number() OVER (
               PARTITION BY state.ipo_id ORDER BY payload.fetched_at DESC, payload.feed DESC, payload.sha256 DESC
           ) AS place
    FROM state
    JOIN etl.payload AS payload USING (payload_id)
    WHERE (%(issues)s::bigint[] IS NULL OR state.ipo_id = ANY (%(issues)s))
      AND payload.fetched_at <= %(at)s AND (%(source_time)s OR state.recorded_at <= %(at)s)
)
SELECT ipo_id, company, platform, security_kind, symbol, series, bse_scrip_code, trim_scale(price_band_low)
           AS price_band_low, trim_scale(price_band_high) AS price_band_high, trim_scale(final_price) AS final_price,
       trim_scale(face_value) AS face_value, lot_size, issue_size_shares, issue_size_inr, open_date, close_date,
       allotment_date, listing_date, isin, is_on_nse, is_on_bse, status, first_seen_at, vanished_at, known_from,
       recorded_at, feed, url, sha256
FROM known
WHERE (%(every)s OR place = 1)
ORDER BY ipo_id, place DESC
