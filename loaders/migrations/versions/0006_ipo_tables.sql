-- Public issues: what the sources say, what follows from it, and what people decide about it.

CREATE TABLE market.ipo_fact (
    source TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    feed TEXT COLLATE "C" NOT NULL,
    company TEXT,
    platform TEXT,
    security_kind TEXT,
    symbol TEXT,
    series TEXT,
    bse_scrip_code TEXT,
    price_band_low NUMERIC,
    price_band_high NUMERIC,
    final_price NUMERIC,
    face_value NUMERIC,
    lot_size BIGINT,
    issue_size_shares BIGINT,
    issue_size_inr NUMERIC,
    open_date DATE,
    close_date DATE,
    allotment_date DATE,
    listing_date DATE,
    isin TEXT,
    source_status TEXT,
    is_on_nse BOOLEAN,
    is_on_bse BOOLEAN,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_by INTEGER,
    CONSTRAINT pk_ipo_fact PRIMARY KEY (source, source_id, feed)
);
COMMENT ON TABLE market.ipo_fact IS 'What each feed says of each source''s id of a public issue: market.ipo and its revisions derive from it.';
COMMENT ON COLUMN market.ipo_fact.source IS 'Site: nse, bse, chittorgarh, investorgain, ipowatch.';
COMMENT ON COLUMN market.ipo_fact.source_id IS 'The site''s id of the issue: NSE''s symbol and the year of opening (SONA@2026: a company may offer again), BSE''s issue number, Chittorgarh''s and InvestorGain''s id, ipowatch''s name in plain letters.';
COMMENT ON COLUMN market.ipo_fact.feed IS 'Feed that says so; each has its own line of facts.';
COMMENT ON COLUMN market.ipo_fact.company IS 'The issuer''s name as the feed writes it, cleaned of markup, 200 characters at most. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.platform IS 'mainboard or sme; NULL where it is neither (debt) or not said.';
COMMENT ON COLUMN market.ipo_fact.security_kind IS 'ipo, fpo, rights, debt, invit, reit, ofs, buyback, takeover or unknown. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.symbol IS 'The exchange''s symbol. Invented ones (ipowatch trackers) are left out. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.series IS 'NSE''s series or security type: EQ, BE, SME, DEBT and others. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.bse_scrip_code IS 'BSE''s code: of the offer while it is open, of the share once it is listed. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.price_band_low IS 'Lower end of the price band, ₹ a share; equal to the upper of a fixed price. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.price_band_high IS 'Upper end of the price band, ₹ a share. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.final_price IS 'Price at which shares were allotted, ₹. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.face_value IS 'Face value, ₹ a share. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.lot_size IS 'Shares in a lot. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.issue_size_shares IS 'Shares on offer; NSE takes the anchors'' part out on the way. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.issue_size_inr IS 'Size in ₹, where the source says it in money; with the anchors'' part. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.open_date IS 'First day of bidding. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.close_date IS 'Last day of bidding. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.allotment_date IS 'Day on which the basis of allotment is settled. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.listing_date IS 'First day of trading, planned or past, as the feed says it. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.isin IS 'ISIN with a good check digit. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.source_status IS 'The feed''s own word: Active, Forthcoming, Closed; L and F of BSE; O, U, C, LN. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.is_on_nse IS 'Whether it is offered through NSE; that says nothing of where it lists. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.is_on_bse IS 'Whether it is offered through BSE. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.ipo_fact.recorded_at IS 'When these values could first be read here.';
COMMENT ON COLUMN market.ipo_fact.withdrawn_by IS 'Payload of the newer complete list that no longer has this row; NULL: it stands.';

CREATE TABLE market.ipo_fact_revision (
    source TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    feed TEXT COLLATE "C" NOT NULL,
    company TEXT,
    platform TEXT,
    security_kind TEXT,
    symbol TEXT,
    series TEXT,
    bse_scrip_code TEXT,
    price_band_low NUMERIC,
    price_band_high NUMERIC,
    final_price NUMERIC,
    face_value NUMERIC,
    lot_size BIGINT,
    issue_size_shares BIGINT,
    issue_size_inr NUMERIC,
    open_date DATE,
    close_date DATE,
    allotment_date DATE,
    listing_date DATE,
    isin TEXT,
    source_status TEXT,
    is_on_nse BOOLEAN,
    is_on_bse BOOLEAN,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ipo_fact_revision PRIMARY KEY (source, source_id, feed, payload_id)
);
COMMENT ON TABLE market.ipo_fact_revision IS 'Rows of market.ipo_fact as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.ipo_fact_revision.source IS 'Site: nse, bse, chittorgarh, investorgain, ipowatch.';
COMMENT ON COLUMN market.ipo_fact_revision.source_id IS 'The site''s id of the issue: NSE''s symbol and the year of opening (SONA@2026: a company may offer again), BSE''s issue number, Chittorgarh''s and InvestorGain''s id, ipowatch''s name in plain letters.';
COMMENT ON COLUMN market.ipo_fact_revision.feed IS 'Feed that says so; each has its own line of facts.';
COMMENT ON COLUMN market.ipo_fact_revision.company IS 'The issuer''s name as the feed writes it, cleaned of markup, 200 characters at most. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.platform IS 'mainboard or sme; NULL where it is neither (debt) or not said.';
COMMENT ON COLUMN market.ipo_fact_revision.security_kind IS 'ipo, fpo, rights, debt, invit, reit, ofs, buyback, takeover or unknown. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.symbol IS 'The exchange''s symbol. Invented ones (ipowatch trackers) are left out. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.series IS 'NSE''s series or security type: EQ, BE, SME, DEBT and others. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.bse_scrip_code IS 'BSE''s code: of the offer while it is open, of the share once it is listed. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.price_band_low IS 'Lower end of the price band, ₹ a share; equal to the upper of a fixed price. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.price_band_high IS 'Upper end of the price band, ₹ a share. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.final_price IS 'Price at which shares were allotted, ₹. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.face_value IS 'Face value, ₹ a share. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.lot_size IS 'Shares in a lot. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.issue_size_shares IS 'Shares on offer; NSE takes the anchors'' part out on the way. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.issue_size_inr IS 'Size in ₹, where the source says it in money; with the anchors'' part. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.open_date IS 'First day of bidding. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.close_date IS 'Last day of bidding. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.allotment_date IS 'Day on which the basis of allotment is settled. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.listing_date IS 'First day of trading, planned or past, as the feed says it. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.isin IS 'ISIN with a good check digit. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.source_status IS 'The feed''s own word: Active, Forthcoming, Closed; L and F of BSE; O, U, C, LN. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.is_on_nse IS 'Whether it is offered through NSE; that says nothing of where it lists. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.is_on_bse IS 'Whether it is offered through BSE. NULL: not said.';
COMMENT ON COLUMN market.ipo_fact_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.ipo_fact_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.ipo_fact_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.ipo_fact_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.ipo_fact_revision.known_to IS 'fetched_at of the payload that replaced them.';

CREATE TABLE market.ipo_subscription (
    source TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    book TEXT COLLATE "C" NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    sr_no TEXT COLLATE "C" NOT NULL,
    category TEXT,
    shares_offered BIGINT,
    shares_bid BIGINT,
    times NUMERIC,
    applications BIGINT,
    as_of_from TEXT NOT NULL,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ipo_subscription PRIMARY KEY (source, source_id, book, as_of, sr_no)
);
COMMENT ON TABLE market.ipo_subscription IS 'Bids for a public issue by category, at every time that a source told them.';
COMMENT ON COLUMN market.ipo_subscription.source IS 'Site: nse, bse, chittorgarh, investorgain, ipowatch.';
COMMENT ON COLUMN market.ipo_subscription.source_id IS 'The site''s id of the issue: NSE''s symbol and the year of opening (SONA@2026: a company may offer again), BSE''s issue number, Chittorgarh''s and InvestorGain''s id, ipowatch''s name in plain letters.';
COMMENT ON COLUMN market.ipo_subscription.book IS 'nse: bids through NSE; combined: through NSE and BSE.';
COMMENT ON COLUMN market.ipo_subscription.as_of IS 'Time that the figures are of.';
COMMENT ON COLUMN market.ipo_subscription.sr_no IS 'The category''s number, 2.1(b), for names repeat; TOTAL for the total.';
COMMENT ON COLUMN market.ipo_subscription.category IS 'The category''s name. An SME issue''s combined book leaves the individuals out. NULL: not said.';
COMMENT ON COLUMN market.ipo_subscription.shares_offered IS 'Shares reserved for the category. NULL: not said.';
COMMENT ON COLUMN market.ipo_subscription.shares_bid IS 'Shares bid for. NULL: not said.';
COMMENT ON COLUMN market.ipo_subscription.times IS 'How often it is subscribed, as published. NULL: not said.';
COMMENT ON COLUMN market.ipo_subscription.applications IS 'Applications. NULL: not said.';
COMMENT ON COLUMN market.ipo_subscription.as_of_from IS 'content: as_of stands in the payload; fetch: it is the fetch''s time.';
COMMENT ON COLUMN market.ipo_subscription.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.ipo_subscription.recorded_at IS 'When these values could first be read here.';

CREATE TABLE market.ipo_subscription_revision (
    source TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    book TEXT COLLATE "C" NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    sr_no TEXT COLLATE "C" NOT NULL,
    category TEXT,
    shares_offered BIGINT,
    shares_bid BIGINT,
    times NUMERIC,
    applications BIGINT,
    as_of_from TEXT,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ipo_subscription_revision PRIMARY KEY (source, source_id, book, as_of, sr_no, payload_id)
);
COMMENT ON TABLE market.ipo_subscription_revision IS 'Rows of market.ipo_subscription as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.ipo_subscription_revision.source IS 'Site: nse, bse, chittorgarh, investorgain, ipowatch.';
COMMENT ON COLUMN market.ipo_subscription_revision.source_id IS 'The site''s id of the issue: NSE''s symbol and the year of opening (SONA@2026: a company may offer again), BSE''s issue number, Chittorgarh''s and InvestorGain''s id, ipowatch''s name in plain letters.';
COMMENT ON COLUMN market.ipo_subscription_revision.book IS 'nse: bids through NSE; combined: through NSE and BSE.';
COMMENT ON COLUMN market.ipo_subscription_revision.as_of IS 'Time that the figures are of.';
COMMENT ON COLUMN market.ipo_subscription_revision.sr_no IS 'The category''s number, 2.1(b), for names repeat; TOTAL for the total.';
COMMENT ON COLUMN market.ipo_subscription_revision.category IS 'The category''s name. An SME issue''s combined book leaves the individuals out. NULL: not said.';
COMMENT ON COLUMN market.ipo_subscription_revision.shares_offered IS 'Shares reserved for the category. NULL: not said.';
COMMENT ON COLUMN market.ipo_subscription_revision.shares_bid IS 'Shares bid for. NULL: not said.';
COMMENT ON COLUMN market.ipo_subscription_revision.times IS 'How often it is subscribed, as published. NULL: not said.';
COMMENT ON COLUMN market.ipo_subscription_revision.applications IS 'Applications. NULL: not said.';
COMMENT ON COLUMN market.ipo_subscription_revision.as_of_from IS 'content: as_of stands in the payload; fetch: it is the fetch''s time.';
COMMENT ON COLUMN market.ipo_subscription_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.ipo_subscription_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.ipo_subscription_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.ipo_subscription_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.ipo_subscription_revision.known_to IS 'fetched_at of the payload that replaced them.';

CREATE TABLE market.ipo_gmp (
    source TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    company_text TEXT,
    gmp_inr NUMERIC,
    price NUMERIC,
    estimated_gain_pct NUMERIC,
    platform TEXT,
    open_date DATE,
    close_date DATE,
    unofficial BOOLEAN NOT NULL,
    as_of_from TEXT NOT NULL,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ipo_gmp PRIMARY KEY (source, source_id, as_of)
);
COMMENT ON TABLE market.ipo_gmp IS 'Grey-market premiums as report sites tell them: unofficial, hearsay of a market that no exchange knows.';
COMMENT ON COLUMN market.ipo_gmp.source IS 'Site: nse, bse, chittorgarh, investorgain, ipowatch.';
COMMENT ON COLUMN market.ipo_gmp.source_id IS 'The site''s id of the issue: NSE''s symbol and the year of opening (SONA@2026: a company may offer again), BSE''s issue number, Chittorgarh''s and InvestorGain''s id, ipowatch''s name in plain letters.';
COMMENT ON COLUMN market.ipo_gmp.as_of IS 'Time that the premium is of.';
COMMENT ON COLUMN market.ipo_gmp.company_text IS 'The issuer''s name as the site writes it. NULL: not said.';
COMMENT ON COLUMN market.ipo_gmp.gmp_inr IS 'Grey-market premium, ₹ a share; NULL where nobody deals in it.';
COMMENT ON COLUMN market.ipo_gmp.price IS 'Issue price that the site reckons with, ₹ a share. NULL: not said.';
COMMENT ON COLUMN market.ipo_gmp.estimated_gain_pct IS 'Gain on listing that the site reckons, in percent of the price. NULL: not said.';
COMMENT ON COLUMN market.ipo_gmp.platform IS 'mainboard or sme. NULL: not said.';
COMMENT ON COLUMN market.ipo_gmp.open_date IS 'First day of bidding, as the site says it. NULL: not said.';
COMMENT ON COLUMN market.ipo_gmp.close_date IS 'Last day of bidding, as the site says it. NULL: not said.';
COMMENT ON COLUMN market.ipo_gmp.unofficial IS 'Always true: no exchange knows this market.';
COMMENT ON COLUMN market.ipo_gmp.as_of_from IS 'content: as_of stands in the payload; fetch: it is the fetch''s time.';
COMMENT ON COLUMN market.ipo_gmp.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.ipo_gmp.recorded_at IS 'When these values could first be read here.';

CREATE TABLE market.ipo_gmp_revision (
    source TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    company_text TEXT,
    gmp_inr NUMERIC,
    price NUMERIC,
    estimated_gain_pct NUMERIC,
    platform TEXT,
    open_date DATE,
    close_date DATE,
    unofficial BOOLEAN,
    as_of_from TEXT,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ipo_gmp_revision PRIMARY KEY (source, source_id, as_of, payload_id)
);
COMMENT ON TABLE market.ipo_gmp_revision IS 'Rows of market.ipo_gmp as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.ipo_gmp_revision.source IS 'Site: nse, bse, chittorgarh, investorgain, ipowatch.';
COMMENT ON COLUMN market.ipo_gmp_revision.source_id IS 'The site''s id of the issue: NSE''s symbol and the year of opening (SONA@2026: a company may offer again), BSE''s issue number, Chittorgarh''s and InvestorGain''s id, ipowatch''s name in plain letters.';
COMMENT ON COLUMN market.ipo_gmp_revision.as_of IS 'Time that the premium is of.';
COMMENT ON COLUMN market.ipo_gmp_revision.company_text IS 'The issuer''s name as the site writes it. NULL: not said.';
COMMENT ON COLUMN market.ipo_gmp_revision.gmp_inr IS 'Grey-market premium, ₹ a share; NULL where nobody deals in it.';
COMMENT ON COLUMN market.ipo_gmp_revision.price IS 'Issue price that the site reckons with, ₹ a share. NULL: not said.';
COMMENT ON COLUMN market.ipo_gmp_revision.estimated_gain_pct IS 'Gain on listing that the site reckons, in percent of the price. NULL: not said.';
COMMENT ON COLUMN market.ipo_gmp_revision.platform IS 'mainboard or sme. NULL: not said.';
COMMENT ON COLUMN market.ipo_gmp_revision.open_date IS 'First day of bidding, as the site says it. NULL: not said.';
COMMENT ON COLUMN market.ipo_gmp_revision.close_date IS 'Last day of bidding, as the site says it. NULL: not said.';
COMMENT ON COLUMN market.ipo_gmp_revision.unofficial IS 'Always true: no exchange knows this market.';
COMMENT ON COLUMN market.ipo_gmp_revision.as_of_from IS 'content: as_of stands in the payload; fetch: it is the fetch''s time.';
COMMENT ON COLUMN market.ipo_gmp_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.ipo_gmp_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.ipo_gmp_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.ipo_gmp_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.ipo_gmp_revision.known_to IS 'fetched_at of the payload that replaced them.';

CREATE TABLE market.ipo_link (
    source TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    other_source TEXT COLLATE "C" NOT NULL,
    other_source_id TEXT COLLATE "C" NOT NULL,
    verdict TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ipo_link PRIMARY KEY (source, source_id, other_source, other_source_id)
);
COMMENT ON TABLE market.ipo_link IS 'What people decided of two ids: that they are one issue, or are not.';
COMMENT ON COLUMN market.ipo_link.source IS 'Site of the first id, which is the smaller of the two.';
COMMENT ON COLUMN market.ipo_link.source_id IS 'That site''s id of an issue.';
COMMENT ON COLUMN market.ipo_link.other_source IS 'Site of the other id.';
COMMENT ON COLUMN market.ipo_link.other_source_id IS 'The other site''s id of an issue.';
COMMENT ON COLUMN market.ipo_link.verdict IS 'link: both ids are one issue; unlink: they are not, whatever their names say.';
COMMENT ON COLUMN market.ipo_link.decided_by IS 'Who decided it.';
COMMENT ON COLUMN market.ipo_link.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.ipo_link.recorded_at IS 'When these values could first be read here.';

CREATE TABLE market.ipo_link_revision (
    source TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    other_source TEXT COLLATE "C" NOT NULL,
    other_source_id TEXT COLLATE "C" NOT NULL,
    verdict TEXT,
    decided_by TEXT,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ipo_link_revision PRIMARY KEY (source, source_id, other_source, other_source_id, payload_id)
);
COMMENT ON TABLE market.ipo_link_revision IS 'Rows of market.ipo_link as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.ipo_link_revision.source IS 'Site of the first id, which is the smaller of the two.';
COMMENT ON COLUMN market.ipo_link_revision.source_id IS 'That site''s id of an issue.';
COMMENT ON COLUMN market.ipo_link_revision.other_source IS 'Site of the other id.';
COMMENT ON COLUMN market.ipo_link_revision.other_source_id IS 'The other site''s id of an issue.';
COMMENT ON COLUMN market.ipo_link_revision.verdict IS 'link: both ids are one issue; unlink: they are not, whatever their names say.';
COMMENT ON COLUMN market.ipo_link_revision.decided_by IS 'Who decided it.';
COMMENT ON COLUMN market.ipo_link_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.ipo_link_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.ipo_link_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.ipo_link_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.ipo_link_revision.known_to IS 'fetched_at of the payload that replaced them.';

CREATE TABLE market.ipo (
    ipo_id BIGINT NOT NULL,
    company TEXT,
    platform TEXT,
    security_kind TEXT,
    symbol TEXT,
    series TEXT,
    bse_scrip_code TEXT,
    price_band_low NUMERIC,
    price_band_high NUMERIC,
    final_price NUMERIC,
    face_value NUMERIC,
    lot_size BIGINT,
    issue_size_shares BIGINT,
    issue_size_inr NUMERIC,
    open_date DATE,
    close_date DATE,
    allotment_date DATE,
    listing_date DATE,
    isin TEXT,
    is_on_nse BOOLEAN,
    is_on_bse BOOLEAN,
    status TEXT,
    first_seen_at TIMESTAMP WITH TIME ZONE,
    vanished_at TIMESTAMP WITH TIME ZONE,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ipo PRIMARY KEY (ipo_id)
);
COMMENT ON TABLE market.ipo IS 'Every public issue, of all kinds: of each column what the best source says. Never deleted.';
COMMENT ON COLUMN market.ipo.ipo_id IS 'Number of the issue, made of the source''s id that was known first: the same in every database.';
COMMENT ON COLUMN market.ipo.company IS 'The issuer''s name as the feed writes it, cleaned of markup, 200 characters at most. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.platform IS 'mainboard or sme; NULL where it is neither (debt) or not said.';
COMMENT ON COLUMN market.ipo.security_kind IS 'ipo, fpo, rights, debt, invit, reit, ofs, buyback, takeover or unknown. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.symbol IS 'The exchange''s symbol. Invented ones (ipowatch trackers) are left out. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.series IS 'NSE''s series or security type: EQ, BE, SME, DEBT and others. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.bse_scrip_code IS 'BSE''s code: of the offer while it is open, of the share once it is listed. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.price_band_low IS 'Lower end of the price band, ₹ a share; equal to the upper of a fixed price. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.price_band_high IS 'Upper end of the price band, ₹ a share. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.final_price IS 'Price at which shares were allotted, ₹. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.face_value IS 'Face value, ₹ a share. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.lot_size IS 'Shares in a lot. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.issue_size_shares IS 'Shares on offer; NSE takes the anchors'' part out on the way. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.issue_size_inr IS 'Size in ₹, where the source says it in money; with the anchors'' part. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.open_date IS 'First day of bidding. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.close_date IS 'Last day of bidding. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.allotment_date IS 'Day on which the basis of allotment is settled. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.listing_date IS 'First day of trading, planned or past, as the feed says it. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.isin IS 'ISIN with a good check digit. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.is_on_nse IS 'Whether it is offered through NSE; that says nothing of where it lists. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.is_on_bse IS 'Whether it is offered through BSE. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.status IS 'announced, open, closed, listed, withdrawn, or vanished: its sources show it no more, without a word. By its dates it is that of the newest fetch. NULL: all that was said of it was taken back.';
COMMENT ON COLUMN market.ipo.first_seen_at IS 'Fetch of the first payload that told of it. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo.vanished_at IS 'Fetch of the first complete list without it; NULL while it is not vanished.';
COMMENT ON COLUMN market.ipo.payload_id IS 'Payload that established this state of the issue; its fetched_at is known_from.';
COMMENT ON COLUMN market.ipo.recorded_at IS 'When all that this state derives from could be read here.';

CREATE TABLE market.ipo_revision (
    ipo_id BIGINT NOT NULL,
    company TEXT,
    platform TEXT,
    security_kind TEXT,
    symbol TEXT,
    series TEXT,
    bse_scrip_code TEXT,
    price_band_low NUMERIC,
    price_band_high NUMERIC,
    final_price NUMERIC,
    face_value NUMERIC,
    lot_size BIGINT,
    issue_size_shares BIGINT,
    issue_size_inr NUMERIC,
    open_date DATE,
    close_date DATE,
    allotment_date DATE,
    listing_date DATE,
    isin TEXT,
    is_on_nse BOOLEAN,
    is_on_bse BOOLEAN,
    status TEXT,
    first_seen_at TIMESTAMP WITH TIME ZONE,
    vanished_at TIMESTAMP WITH TIME ZONE,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ipo_revision PRIMARY KEY (ipo_id, payload_id)
);
COMMENT ON TABLE market.ipo_revision IS 'Earlier states of the issues, each as its sources told it then; which ids are one issue is as of today.';
COMMENT ON COLUMN market.ipo_revision.ipo_id IS 'Number of the issue, made of the source''s id that was known first: the same in every database.';
COMMENT ON COLUMN market.ipo_revision.company IS 'The issuer''s name as the feed writes it, cleaned of markup, 200 characters at most. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.platform IS 'mainboard or sme; NULL where it is neither (debt) or not said.';
COMMENT ON COLUMN market.ipo_revision.security_kind IS 'ipo, fpo, rights, debt, invit, reit, ofs, buyback, takeover or unknown. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.symbol IS 'The exchange''s symbol. Invented ones (ipowatch trackers) are left out. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.series IS 'NSE''s series or security type: EQ, BE, SME, DEBT and others. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.bse_scrip_code IS 'BSE''s code: of the offer while it is open, of the share once it is listed. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.price_band_low IS 'Lower end of the price band, ₹ a share; equal to the upper of a fixed price. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.price_band_high IS 'Upper end of the price band, ₹ a share. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.final_price IS 'Price at which shares were allotted, ₹. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.face_value IS 'Face value, ₹ a share. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.lot_size IS 'Shares in a lot. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.issue_size_shares IS 'Shares on offer; NSE takes the anchors'' part out on the way. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.issue_size_inr IS 'Size in ₹, where the source says it in money; with the anchors'' part. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.open_date IS 'First day of bidding. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.close_date IS 'Last day of bidding. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.allotment_date IS 'Day on which the basis of allotment is settled. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.listing_date IS 'First day of trading, planned or past, as the feed says it. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.isin IS 'ISIN with a good check digit. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.is_on_nse IS 'Whether it is offered through NSE; that says nothing of where it lists. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.is_on_bse IS 'Whether it is offered through BSE. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.status IS 'announced, open, closed, listed, withdrawn, or vanished: its sources show it no more, without a word. By its dates it is that of the newest fetch. NULL: all that was said of it was taken back.';
COMMENT ON COLUMN market.ipo_revision.first_seen_at IS 'Fetch of the first payload that told of it. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_revision.vanished_at IS 'Fetch of the first complete list without it; NULL while it is not vanished.';
COMMENT ON COLUMN market.ipo_revision.payload_id IS 'Payload that had established this state.';
COMMENT ON COLUMN market.ipo_revision.superseded_by IS 'Payload that replaced it.';
COMMENT ON COLUMN market.ipo_revision.recorded_at IS 'When all that this state derives from could be read here.';
COMMENT ON COLUMN market.ipo_revision.known_from IS 'fetched_at of the payload that had established it.';
COMMENT ON COLUMN market.ipo_revision.known_to IS 'fetched_at of the payload that replaced it.';

CREATE TABLE market.ipo_source (
    source TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    ipo_id BIGINT NOT NULL,
    own_ipo_id BIGINT NOT NULL,
    joined_by TEXT,
    score NUMERIC,
    joined_to TEXT,
    company TEXT,
    platform TEXT,
    security_kind TEXT,
    symbol TEXT,
    open_date DATE,
    close_date DATE,
    isin TEXT,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_ipo_source PRIMARY KEY (source, source_id)
);
CREATE INDEX ix_ipo_source_ipo_id ON market.ipo_source (ipo_id);
COMMENT ON TABLE market.ipo_source IS 'The sources'' ids of public issues: which issue each is, and what its source says that tells it.';
COMMENT ON COLUMN market.ipo_source.source IS 'Site: nse, bse, chittorgarh, investorgain, ipowatch.';
COMMENT ON COLUMN market.ipo_source.source_id IS 'The site''s id of the issue: NSE''s symbol and the year of opening (SONA@2026: a company may offer again), BSE''s issue number, Chittorgarh''s and InvestorGain''s id, ipowatch''s name in plain letters.';
COMMENT ON COLUMN market.ipo_source.ipo_id IS 'Issue that it is; see market.ipo.';
COMMENT ON COLUMN market.ipo_source.own_ipo_id IS 'Number that the issue would have by this id alone.';
COMMENT ON COLUMN market.ipo_source.joined_by IS 'Why it is that issue: person, symbol, isin, or score of name and dates; NULL: it is alone.';
COMMENT ON COLUMN market.ipo_source.score IS 'How sure the join is, 0 to 1; 1 where it is not a score''s. NULL: it is alone.';
COMMENT ON COLUMN market.ipo_source.joined_to IS 'The other id, SOURCE:ID, that it is joined to; NULL: it is alone.';
COMMENT ON COLUMN market.ipo_source.company IS 'The issuer''s name as the feed writes it, cleaned of markup, 200 characters at most. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_source.platform IS 'mainboard or sme; NULL where it is neither (debt) or not said.';
COMMENT ON COLUMN market.ipo_source.security_kind IS 'ipo, fpo, rights, debt, invit, reit, ofs, buyback, takeover or unknown. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_source.symbol IS 'The exchange''s symbol. Invented ones (ipowatch trackers) are left out. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_source.open_date IS 'First day of bidding. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_source.close_date IS 'Last day of bidding. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_source.isin IS 'ISIN with a good check digit. NULL: no source has said it.';
COMMENT ON COLUMN market.ipo_source.payload_id IS 'Payload that first told of it; its fetched_at is known_from.';

CREATE TABLE market.ipo_doubtful (
    source TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    other_source TEXT COLLATE "C" NOT NULL,
    other_source_id TEXT COLLATE "C" NOT NULL,
    score NUMERIC NOT NULL,
    CONSTRAINT pk_ipo_doubtful PRIMARY KEY (source, source_id, other_source, other_source_id)
);
COMMENT ON TABLE market.ipo_doubtful IS 'Pairs of ids that may be one issue and are not joined: for a person, with `munim ipo link` or `unlink`.';
COMMENT ON COLUMN market.ipo_doubtful.source IS 'Site of the first id, which is the smaller of the two.';
COMMENT ON COLUMN market.ipo_doubtful.source_id IS 'That site''s id of an issue.';
COMMENT ON COLUMN market.ipo_doubtful.other_source IS 'Site of the other id.';
COMMENT ON COLUMN market.ipo_doubtful.other_source_id IS 'The other site''s id of an issue.';
COMMENT ON COLUMN market.ipo_doubtful.score IS 'How sure it is that both are one issue, 0 to 1.';
