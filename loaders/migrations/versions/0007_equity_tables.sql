-- Equity end of day, the exchanges' lists, corporate actions, and what is derived from them.

CREATE TABLE market.equity_eod (
    exchange TEXT COLLATE "C" NOT NULL,
    trade_date DATE NOT NULL,
    symbol TEXT COLLATE "C" NOT NULL,
    series TEXT COLLATE "C" NOT NULL,
    open NUMERIC,
    high NUMERIC,
    low NUMERIC,
    close NUMERIC,
    last NUMERIC,
    previous_close NUMERIC,
    volume BIGINT,
    value_inr NUMERIC,
    trades BIGINT,
    date_from TEXT,
    price_payload_id INTEGER,
    price_recorded_at TIMESTAMP WITH TIME ZONE,
    average_price NUMERIC,
    average_payload_id INTEGER,
    average_recorded_at TIMESTAMP WITH TIME ZONE,
    delivered_quantity BIGINT,
    delivery_pct NUMERIC,
    delivery_payload_id INTEGER,
    delivery_recorded_at TIMESTAMP WITH TIME ZONE,
    isin TEXT COLLATE "C",
    isin_payload_id INTEGER,
    isin_recorded_at TIMESTAMP WITH TIME ZONE,
    ticker TEXT COLLATE "C",
    name TEXT,
    label_payload_id INTEGER,
    label_recorded_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_equity_eod PRIMARY KEY (exchange, trade_date, symbol, series)
);
COMMENT ON TABLE market.equity_eod IS 'What each security did in a session, as its exchange publishes it (bhavcopy); never adjusted.';
COMMENT ON COLUMN market.equity_eod.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.equity_eod.trade_date IS 'Session (Asia/Kolkata), from the content; see date_from.';
COMMENT ON COLUMN market.equity_eod.symbol IS 'What the exchange called it that day: NSE''s symbol, BSE''s scrip code.';
COMMENT ON COLUMN market.equity_eod.series IS 'NSE''s series (EQ, BE, SM, N1, …), BSE''s group (A, B, X, …).';
COMMENT ON COLUMN market.equity_eod.open IS 'First price, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod.high IS 'Highest price, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod.low IS 'Lowest price, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod.close IS 'Closing price, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod.last IS 'Last traded price, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod.previous_close IS 'Close of the session before, as the exchange gives it, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod.volume IS 'Securities traded.';
COMMENT ON COLUMN market.equity_eod.value_inr IS 'Value traded, ₹; NULL: not said, or rounded to nothing.';
COMMENT ON COLUMN market.equity_eod.trades IS 'Trades; NULL: NSE''s files did not say it until 21-Jun-2011.';
COMMENT ON COLUMN market.equity_eod.date_from IS 'Where the session''s day stands: content, or name for BSE''s legacy file without a date.';
COMMENT ON COLUMN market.equity_eod.price_payload_id IS 'Payload that established the columns of the group price; its fetched_at is known_from; NULL: nothing is known of them.';
COMMENT ON COLUMN market.equity_eod.price_recorded_at IS 'When the columns of the group price could first be read here; NULL: nothing is known of them.';
COMMENT ON COLUMN market.equity_eod.average_price IS 'Average price of the day''s trades, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod.average_payload_id IS 'Payload that established the columns of the group average; its fetched_at is known_from; NULL: nothing is known of them.';
COMMENT ON COLUMN market.equity_eod.average_recorded_at IS 'When the columns of the group average could first be read here; NULL: nothing is known of them.';
COMMENT ON COLUMN market.equity_eod.delivered_quantity IS 'Securities delivered; NULL: not said, as for all of series BE and BZ.';
COMMENT ON COLUMN market.equity_eod.delivery_pct IS 'Delivered in per cent of volume, as published; NULL: not said.';
COMMENT ON COLUMN market.equity_eod.delivery_payload_id IS 'Payload that established the columns of the group delivery; its fetched_at is known_from; NULL: nothing is known of them.';
COMMENT ON COLUMN market.equity_eod.delivery_recorded_at IS 'When the columns of the group delivery could first be read here; NULL: nothing is known of them.';
COMMENT ON COLUMN market.equity_eod.isin IS 'ISIN that day, check digit verified; NULL: the layout has none.';
COMMENT ON COLUMN market.equity_eod.isin_payload_id IS 'Payload that established the columns of the group isin; its fetched_at is known_from; NULL: nothing is known of them.';
COMMENT ON COLUMN market.equity_eod.isin_recorded_at IS 'When the columns of the group isin could first be read here; NULL: nothing is known of them.';
COMMENT ON COLUMN market.equity_eod.ticker IS 'BSE''s ticker; NULL: the layout has none.';
COMMENT ON COLUMN market.equity_eod.name IS 'Name as the file writes it; NULL: the layout has none.';
COMMENT ON COLUMN market.equity_eod.label_payload_id IS 'Payload that established the columns of the group label; its fetched_at is known_from; NULL: nothing is known of them.';
COMMENT ON COLUMN market.equity_eod.label_recorded_at IS 'When the columns of the group label could first be read here; NULL: nothing is known of them.';

CREATE TABLE market.equity_eod_revision (
    exchange TEXT COLLATE "C" NOT NULL,
    trade_date DATE NOT NULL,
    symbol TEXT COLLATE "C" NOT NULL,
    series TEXT COLLATE "C" NOT NULL,
    column_group TEXT NOT NULL,
    open NUMERIC,
    high NUMERIC,
    low NUMERIC,
    close NUMERIC,
    last NUMERIC,
    previous_close NUMERIC,
    volume BIGINT,
    value_inr NUMERIC,
    trades BIGINT,
    date_from TEXT,
    average_price NUMERIC,
    delivered_quantity BIGINT,
    delivery_pct NUMERIC,
    isin TEXT COLLATE "C",
    ticker TEXT COLLATE "C",
    name TEXT,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_equity_eod_revision PRIMARY KEY (exchange, trade_date, symbol, series, column_group, payload_id)
);
COMMENT ON TABLE market.equity_eod_revision IS 'Rows of market.equity_eod as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.equity_eod_revision.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.equity_eod_revision.trade_date IS 'Session (Asia/Kolkata), from the content; see date_from.';
COMMENT ON COLUMN market.equity_eod_revision.symbol IS 'What the exchange called it that day: NSE''s symbol, BSE''s scrip code.';
COMMENT ON COLUMN market.equity_eod_revision.series IS 'NSE''s series (EQ, BE, SM, N1, …), BSE''s group (A, B, X, …).';
COMMENT ON COLUMN market.equity_eod_revision.column_group IS 'Columns that this is a revision of: price, average, delivery, isin, label; the others are NULL.';
COMMENT ON COLUMN market.equity_eod_revision.open IS 'First price, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod_revision.high IS 'Highest price, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod_revision.low IS 'Lowest price, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod_revision.close IS 'Closing price, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod_revision.last IS 'Last traded price, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod_revision.previous_close IS 'Close of the session before, as the exchange gives it, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod_revision.volume IS 'Securities traded.';
COMMENT ON COLUMN market.equity_eod_revision.value_inr IS 'Value traded, ₹; NULL: not said, or rounded to nothing.';
COMMENT ON COLUMN market.equity_eod_revision.trades IS 'Trades; NULL: NSE''s files did not say it until 21-Jun-2011.';
COMMENT ON COLUMN market.equity_eod_revision.date_from IS 'Where the session''s day stands: content, or name for BSE''s legacy file without a date.';
COMMENT ON COLUMN market.equity_eod_revision.average_price IS 'Average price of the day''s trades, ₹, not adjusted; NULL: the source did not say.';
COMMENT ON COLUMN market.equity_eod_revision.delivered_quantity IS 'Securities delivered; NULL: not said, as for all of series BE and BZ.';
COMMENT ON COLUMN market.equity_eod_revision.delivery_pct IS 'Delivered in per cent of volume, as published; NULL: not said.';
COMMENT ON COLUMN market.equity_eod_revision.isin IS 'ISIN that day, check digit verified; NULL: the layout has none.';
COMMENT ON COLUMN market.equity_eod_revision.ticker IS 'BSE''s ticker; NULL: the layout has none.';
COMMENT ON COLUMN market.equity_eod_revision.name IS 'Name as the file writes it; NULL: the layout has none.';
COMMENT ON COLUMN market.equity_eod_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.equity_eod_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.equity_eod_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.equity_eod_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.equity_eod_revision.known_to IS 'fetched_at of the payload that replaced them.';

CREATE TABLE market.listing (
    exchange TEXT COLLATE "C" NOT NULL,
    list_name TEXT COLLATE "C" NOT NULL,
    symbol TEXT COLLATE "C" NOT NULL,
    series TEXT COLLATE "C" NOT NULL,
    name TEXT,
    isin TEXT COLLATE "C",
    listing_date DATE,
    face_value_inr NUMERIC,
    paid_up_value_inr NUMERIC,
    market_lot BIGINT,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_by INTEGER,
    CONSTRAINT pk_listing PRIMARY KEY (exchange, list_name, symbol, series)
);
COMMENT ON TABLE market.listing IS 'What an exchange''s masters list, each list for itself.';
COMMENT ON COLUMN market.listing.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.listing.list_name IS 'Feed of the list that has it: nse.equity_list and so on.';
COMMENT ON COLUMN market.listing.symbol IS 'Symbol in that list.';
COMMENT ON COLUMN market.listing.series IS 'Series in that list; EQ for ETFs, whose list has none.';
COMMENT ON COLUMN market.listing.name IS 'Name of the company or security; NULL: the list did not say.';
COMMENT ON COLUMN market.listing.isin IS 'ISIN, check digit verified; NULL: none or junk.';
COMMENT ON COLUMN market.listing.listing_date IS 'First day of listing; NULL: the list did not say.';
COMMENT ON COLUMN market.listing.face_value_inr IS 'Face value, ₹; NULL: the list did not say.';
COMMENT ON COLUMN market.listing.paid_up_value_inr IS 'Paid-up value, ₹; NULL: the list did not say.';
COMMENT ON COLUMN market.listing.market_lot IS 'Securities in a lot; NULL: the list did not say.';
COMMENT ON COLUMN market.listing.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.listing.recorded_at IS 'When these values could first be read here.';
COMMENT ON COLUMN market.listing.withdrawn_by IS 'Payload of the newer complete list that no longer has this row; NULL: it stands.';

CREATE TABLE market.listing_revision (
    exchange TEXT COLLATE "C" NOT NULL,
    list_name TEXT COLLATE "C" NOT NULL,
    symbol TEXT COLLATE "C" NOT NULL,
    series TEXT COLLATE "C" NOT NULL,
    name TEXT,
    isin TEXT COLLATE "C",
    listing_date DATE,
    face_value_inr NUMERIC,
    paid_up_value_inr NUMERIC,
    market_lot BIGINT,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_listing_revision PRIMARY KEY (exchange, list_name, symbol, series, payload_id)
);
COMMENT ON TABLE market.listing_revision IS 'Rows of market.listing as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.listing_revision.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.listing_revision.list_name IS 'Feed of the list that has it: nse.equity_list and so on.';
COMMENT ON COLUMN market.listing_revision.symbol IS 'Symbol in that list.';
COMMENT ON COLUMN market.listing_revision.series IS 'Series in that list; EQ for ETFs, whose list has none.';
COMMENT ON COLUMN market.listing_revision.name IS 'Name of the company or security; NULL: the list did not say.';
COMMENT ON COLUMN market.listing_revision.isin IS 'ISIN, check digit verified; NULL: none or junk.';
COMMENT ON COLUMN market.listing_revision.listing_date IS 'First day of listing; NULL: the list did not say.';
COMMENT ON COLUMN market.listing_revision.face_value_inr IS 'Face value, ₹; NULL: the list did not say.';
COMMENT ON COLUMN market.listing_revision.paid_up_value_inr IS 'Paid-up value, ₹; NULL: the list did not say.';
COMMENT ON COLUMN market.listing_revision.market_lot IS 'Securities in a lot; NULL: the list did not say.';
COMMENT ON COLUMN market.listing_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.listing_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.listing_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.listing_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.listing_revision.known_to IS 'fetched_at of the payload that replaced them.';

CREATE TABLE market.symbol_change (
    exchange TEXT COLLATE "C" NOT NULL,
    old_symbol TEXT COLLATE "C" NOT NULL,
    new_symbol TEXT COLLATE "C" NOT NULL,
    changed_on DATE NOT NULL,
    name TEXT,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_symbol_change PRIMARY KEY (exchange, old_symbol, new_symbol, changed_on)
);
COMMENT ON TABLE market.symbol_change IS 'Symbols that changed, as the exchange lists them.';
COMMENT ON COLUMN market.symbol_change.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.symbol_change.old_symbol IS 'Symbol until the day before.';
COMMENT ON COLUMN market.symbol_change.new_symbol IS 'Symbol from that day on.';
COMMENT ON COLUMN market.symbol_change.changed_on IS 'First day of the new symbol.';
COMMENT ON COLUMN market.symbol_change.name IS 'Name of the company in the list of changes; NULL: blank there.';
COMMENT ON COLUMN market.symbol_change.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.symbol_change.recorded_at IS 'When these values could first be read here.';

CREATE TABLE market.symbol_change_revision (
    exchange TEXT COLLATE "C" NOT NULL,
    old_symbol TEXT COLLATE "C" NOT NULL,
    new_symbol TEXT COLLATE "C" NOT NULL,
    changed_on DATE NOT NULL,
    name TEXT,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_symbol_change_revision PRIMARY KEY (exchange, old_symbol, new_symbol, changed_on, payload_id)
);
COMMENT ON TABLE market.symbol_change_revision IS 'Rows of market.symbol_change as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.symbol_change_revision.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.symbol_change_revision.old_symbol IS 'Symbol until the day before.';
COMMENT ON COLUMN market.symbol_change_revision.new_symbol IS 'Symbol from that day on.';
COMMENT ON COLUMN market.symbol_change_revision.changed_on IS 'First day of the new symbol.';
COMMENT ON COLUMN market.symbol_change_revision.name IS 'Name of the company in the list of changes; NULL: blank there.';
COMMENT ON COLUMN market.symbol_change_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.symbol_change_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.symbol_change_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.symbol_change_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.symbol_change_revision.known_to IS 'fetched_at of the payload that replaced them.';

CREATE TABLE market.name_change (
    exchange TEXT COLLATE "C" NOT NULL,
    symbol TEXT COLLATE "C" NOT NULL,
    changed_on DATE NOT NULL,
    new_name TEXT COLLATE "C" NOT NULL,
    old_name TEXT,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_name_change PRIMARY KEY (exchange, symbol, changed_on, new_name)
);
COMMENT ON TABLE market.name_change IS 'Names of companies that changed, as the exchange lists them.';
COMMENT ON COLUMN market.name_change.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.name_change.symbol IS 'Symbol of the company.';
COMMENT ON COLUMN market.name_change.changed_on IS 'First day of the new name.';
COMMENT ON COLUMN market.name_change.new_name IS 'Name from that day on.';
COMMENT ON COLUMN market.name_change.old_name IS 'Name until the day before; NULL: not said.';
COMMENT ON COLUMN market.name_change.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.name_change.recorded_at IS 'When these values could first be read here.';

CREATE TABLE market.name_change_revision (
    exchange TEXT COLLATE "C" NOT NULL,
    symbol TEXT COLLATE "C" NOT NULL,
    changed_on DATE NOT NULL,
    new_name TEXT COLLATE "C" NOT NULL,
    old_name TEXT,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_name_change_revision PRIMARY KEY (exchange, symbol, changed_on, new_name, payload_id)
);
COMMENT ON TABLE market.name_change_revision IS 'Rows of market.name_change as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.name_change_revision.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.name_change_revision.symbol IS 'Symbol of the company.';
COMMENT ON COLUMN market.name_change_revision.changed_on IS 'First day of the new name.';
COMMENT ON COLUMN market.name_change_revision.new_name IS 'Name from that day on.';
COMMENT ON COLUMN market.name_change_revision.old_name IS 'Name until the day before; NULL: not said.';
COMMENT ON COLUMN market.name_change_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.name_change_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.name_change_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.name_change_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.name_change_revision.known_to IS 'fetched_at of the payload that replaced them.';

CREATE TABLE market.index_member (
    index_name TEXT COLLATE "C" NOT NULL,
    symbol TEXT COLLATE "C" NOT NULL,
    name TEXT,
    industry TEXT,
    series TEXT COLLATE "C",
    isin TEXT COLLATE "C",
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_by INTEGER,
    CONSTRAINT pk_index_member PRIMARY KEY (index_name, symbol)
);
COMMENT ON TABLE market.index_member IS 'Who is in an index by the newest list; market.index_span says from when to when.';
COMMENT ON COLUMN market.index_member.index_name IS 'Index: Nifty 50, Nifty 500 and so on.';
COMMENT ON COLUMN market.index_member.symbol IS 'Symbol of the member.';
COMMENT ON COLUMN market.index_member.name IS 'Name of the company, spelled as the index list does; NULL: not said.';
COMMENT ON COLUMN market.index_member.industry IS 'Industry in the list''s words; NULL: not said.';
COMMENT ON COLUMN market.index_member.series IS 'Series; NULL: not said.';
COMMENT ON COLUMN market.index_member.isin IS 'ISIN, check digit verified; NULL: none or junk.';
COMMENT ON COLUMN market.index_member.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.index_member.recorded_at IS 'When these values could first be read here.';
COMMENT ON COLUMN market.index_member.withdrawn_by IS 'Payload of the newer complete list that no longer has this row; NULL: it stands.';

CREATE TABLE market.index_member_revision (
    index_name TEXT COLLATE "C" NOT NULL,
    symbol TEXT COLLATE "C" NOT NULL,
    name TEXT,
    industry TEXT,
    series TEXT COLLATE "C",
    isin TEXT COLLATE "C",
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_index_member_revision PRIMARY KEY (index_name, symbol, payload_id)
);
COMMENT ON TABLE market.index_member_revision IS 'Rows of market.index_member as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.index_member_revision.index_name IS 'Index: Nifty 50, Nifty 500 and so on.';
COMMENT ON COLUMN market.index_member_revision.symbol IS 'Symbol of the member.';
COMMENT ON COLUMN market.index_member_revision.name IS 'Name of the company, spelled as the index list does; NULL: not said.';
COMMENT ON COLUMN market.index_member_revision.industry IS 'Industry in the list''s words; NULL: not said.';
COMMENT ON COLUMN market.index_member_revision.series IS 'Series; NULL: not said.';
COMMENT ON COLUMN market.index_member_revision.isin IS 'ISIN, check digit verified; NULL: none or junk.';
COMMENT ON COLUMN market.index_member_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.index_member_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.index_member_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.index_member_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.index_member_revision.known_to IS 'fetched_at of the payload that replaced them.';

CREATE TABLE market.corporate_action (
    exchange TEXT COLLATE "C" NOT NULL,
    symbol TEXT COLLATE "C" NOT NULL,
    series TEXT COLLATE "C" NOT NULL,
    ex_date DATE NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    ratio_numerator BIGINT,
    ratio_denominator BIGINT,
    amount_inr NUMERIC,
    shares_after BIGINT,
    shares_before BIGINT,
    record_date DATE,
    book_closure_start DATE,
    book_closure_end DATE,
    broadcast_at TIMESTAMP WITH TIME ZONE,
    face_value_inr NUMERIC,
    isin TEXT COLLATE "C",
    company TEXT,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_by INTEGER,
    CONSTRAINT pk_corporate_action PRIMARY KEY (exchange, symbol, series, ex_date, subject)
);
COMMENT ON TABLE market.corporate_action IS 'Splits, bonuses, dividends and the like, with what they make of a price; withdrawn where a newer list lacks them.';
COMMENT ON COLUMN market.corporate_action.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.corporate_action.symbol IS 'Symbol at the time of the list.';
COMMENT ON COLUMN market.corporate_action.series IS 'Series that it is listed for; one action is listed for each.';
COMMENT ON COLUMN market.corporate_action.ex_date IS 'First session that trades without the right.';
COMMENT ON COLUMN market.corporate_action.subject IS 'The exchange''s own words, white space normalised.';
COMMENT ON COLUMN market.corporate_action.kind IS 'split, bonus, dividend, rights, demerger, … as read from the subject; other: unread.';
COMMENT ON COLUMN market.corporate_action.ratio_numerator IS 'First number of the ratio in the subject; NULL: none.';
COMMENT ON COLUMN market.corporate_action.ratio_denominator IS 'Second number of the ratio in the subject; NULL: none.';
COMMENT ON COLUMN market.corporate_action.amount_inr IS 'Amount for a share or unit, ₹; NULL: none is named.';
COMMENT ON COLUMN market.corporate_action.shares_after IS 'Shares that come out of shares_before; both 1: the price needs no adjusting for a count. NULL: what it does to the price is not told (a demerger).';
COMMENT ON COLUMN market.corporate_action.shares_before IS 'Shares that go in; NULL as shares_after.';
COMMENT ON COLUMN market.corporate_action.record_date IS 'Record date; NULL: not said.';
COMMENT ON COLUMN market.corporate_action.book_closure_start IS 'First day of the closing of the books; NULL: not said.';
COMMENT ON COLUMN market.corporate_action.book_closure_end IS 'Last day of it; NULL: not said.';
COMMENT ON COLUMN market.corporate_action.broadcast_at IS 'When the exchange told it; NULL: not said.';
COMMENT ON COLUMN market.corporate_action.face_value_inr IS 'Face value, ₹; NULL: not said.';
COMMENT ON COLUMN market.corporate_action.isin IS 'ISIN, check digit verified; NULL: none or junk.';
COMMENT ON COLUMN market.corporate_action.company IS 'Name of the company; NULL: not said.';
COMMENT ON COLUMN market.corporate_action.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.corporate_action.recorded_at IS 'When these values could first be read here.';
COMMENT ON COLUMN market.corporate_action.withdrawn_by IS 'Payload of the newer complete list that no longer has this row; NULL: it stands.';

CREATE TABLE market.corporate_action_revision (
    exchange TEXT COLLATE "C" NOT NULL,
    symbol TEXT COLLATE "C" NOT NULL,
    series TEXT COLLATE "C" NOT NULL,
    ex_date DATE NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    kind TEXT,
    ratio_numerator BIGINT,
    ratio_denominator BIGINT,
    amount_inr NUMERIC,
    shares_after BIGINT,
    shares_before BIGINT,
    record_date DATE,
    book_closure_start DATE,
    book_closure_end DATE,
    broadcast_at TIMESTAMP WITH TIME ZONE,
    face_value_inr NUMERIC,
    isin TEXT COLLATE "C",
    company TEXT,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_corporate_action_revision PRIMARY KEY (exchange, symbol, series, ex_date, subject, payload_id)
);
COMMENT ON TABLE market.corporate_action_revision IS 'Rows of market.corporate_action as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.corporate_action_revision.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.corporate_action_revision.symbol IS 'Symbol at the time of the list.';
COMMENT ON COLUMN market.corporate_action_revision.series IS 'Series that it is listed for; one action is listed for each.';
COMMENT ON COLUMN market.corporate_action_revision.ex_date IS 'First session that trades without the right.';
COMMENT ON COLUMN market.corporate_action_revision.subject IS 'The exchange''s own words, white space normalised.';
COMMENT ON COLUMN market.corporate_action_revision.kind IS 'split, bonus, dividend, rights, demerger, … as read from the subject; other: unread.';
COMMENT ON COLUMN market.corporate_action_revision.ratio_numerator IS 'First number of the ratio in the subject; NULL: none.';
COMMENT ON COLUMN market.corporate_action_revision.ratio_denominator IS 'Second number of the ratio in the subject; NULL: none.';
COMMENT ON COLUMN market.corporate_action_revision.amount_inr IS 'Amount for a share or unit, ₹; NULL: none is named.';
COMMENT ON COLUMN market.corporate_action_revision.shares_after IS 'Shares that come out of shares_before; both 1: the price needs no adjusting for a count. NULL: what it does to the price is not told (a demerger).';
COMMENT ON COLUMN market.corporate_action_revision.shares_before IS 'Shares that go in; NULL as shares_after.';
COMMENT ON COLUMN market.corporate_action_revision.record_date IS 'Record date; NULL: not said.';
COMMENT ON COLUMN market.corporate_action_revision.book_closure_start IS 'First day of the closing of the books; NULL: not said.';
COMMENT ON COLUMN market.corporate_action_revision.book_closure_end IS 'Last day of it; NULL: not said.';
COMMENT ON COLUMN market.corporate_action_revision.broadcast_at IS 'When the exchange told it; NULL: not said.';
COMMENT ON COLUMN market.corporate_action_revision.face_value_inr IS 'Face value, ₹; NULL: not said.';
COMMENT ON COLUMN market.corporate_action_revision.isin IS 'ISIN, check digit verified; NULL: none or junk.';
COMMENT ON COLUMN market.corporate_action_revision.company IS 'Name of the company; NULL: not said.';
COMMENT ON COLUMN market.corporate_action_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.corporate_action_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.corporate_action_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.corporate_action_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.corporate_action_revision.known_to IS 'fetched_at of the payload that replaced them.';

CREATE TABLE market.instrument (
    exchange TEXT COLLATE "C" NOT NULL,
    symbol TEXT COLLATE "C" NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    isin TEXT COLLATE "C",
    name TEXT,
    ticker TEXT COLLATE "C",
    series TEXT COLLATE "C",
    listing_date DATE,
    next_symbol TEXT COLLATE "C",
    current_symbol TEXT COLLATE "C" NOT NULL,
    current_isin TEXT COLLATE "C",
    CONSTRAINT pk_instrument PRIMARY KEY (exchange, symbol, valid_from)
);
CREATE INDEX ix_instrument_current_symbol ON market.instrument (current_symbol, exchange);
CREATE INDEX ix_instrument_isin ON market.instrument (isin);
COMMENT ON TABLE market.instrument IS 'What each symbol is and was: its states through changed symbols, ISINs and names, derived from bhavcopies, masters and lists of changes.';
COMMENT ON COLUMN market.instrument.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.instrument.symbol IS 'NSE''s symbol, BSE''s scrip code, as it was from valid_from on.';
COMMENT ON COLUMN market.instrument.valid_from IS 'First day of this state; 1990-01-01: nobody gives the symbol a first day.';
COMMENT ON COLUMN market.instrument.valid_to IS 'Last day of this state; NULL: it holds.';
COMMENT ON COLUMN market.instrument.isin IS 'ISIN; NULL: no file has said one by then (NSE''s had none until 21-Jun-2011).';
COMMENT ON COLUMN market.instrument.name IS 'Name of the company or security; NULL: none was given.';
COMMENT ON COLUMN market.instrument.ticker IS 'BSE''s ticker; NULL: NSE''s, or no file has said one by then.';
COMMENT ON COLUMN market.instrument.series IS 'NSE: the first of EQ, BE, BZ, SM, … that it traded in by then; BSE: its newest group. NULL: none.';
COMMENT ON COLUMN market.instrument.listing_date IS 'First day of listing by the masters; NULL: none says it.';
COMMENT ON COLUMN market.instrument.next_symbol IS 'What the symbol became the day after valid_to; NULL: it became none.';
COMMENT ON COLUMN market.instrument.current_symbol IS 'Today''s symbol of the security.';
COMMENT ON COLUMN market.instrument.current_isin IS 'Today''s ISIN of the security; NULL: none was ever seen.';

CREATE TABLE etl.equity_sighting (
    exchange TEXT COLLATE "C" NOT NULL,
    symbol TEXT COLLATE "C" NOT NULL,
    series TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_equity_sighting_kind CHECK (kind IN ('row', 'isin', 'ticker', 'name')),
    value TEXT COLLATE "C" NOT NULL,
    first_day DATE NOT NULL,
    CONSTRAINT pk_equity_sighting PRIMARY KEY (exchange, symbol, series, kind, value)
);
CREATE INDEX ix_equity_sighting_value ON etl.equity_sighting (value) WHERE kind = 'isin';
COMMENT ON TABLE etl.equity_sighting IS 'What bhavcopies have written beside a symbol, and since when: what market.instrument is derived from.';
COMMENT ON COLUMN etl.equity_sighting.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN etl.equity_sighting.symbol IS 'Symbol in the bhavcopy.';
COMMENT ON COLUMN etl.equity_sighting.series IS 'Series or group in the bhavcopy.';
COMMENT ON COLUMN etl.equity_sighting.kind IS 'What was seen beside them: isin, ticker or name; row: they themselves.';
COMMENT ON COLUMN etl.equity_sighting.value IS 'The ISIN, ticker or name; blank for row.';
COMMENT ON COLUMN etl.equity_sighting.first_day IS 'First session in which it was seen.';

CREATE TABLE market.screener (
    exchange TEXT COLLATE "C" NOT NULL,
    symbol TEXT COLLATE "C" NOT NULL,
    as_of_date DATE NOT NULL,
    series TEXT COLLATE "C" NOT NULL,
    close NUMERIC,
    value_inr NUMERIC,
    return_1d_pct NUMERIC,
    return_1w_pct NUMERIC,
    return_1m_pct NUMERIC,
    return_3m_pct NUMERIC,
    return_6m_pct NUMERIC,
    return_12m_pct NUMERIC,
    return_3y_pct NUMERIC,
    return_5y_pct NUMERIC,
    pct_from_52w_high NUMERIC,
    pct_from_52w_low NUMERIC,
    average_20d_inr NUMERIC,
    average_50d_inr NUMERIC,
    average_200d_inr NUMERIC,
    volatility_20d_pct NUMERIC,
    volume_ratio NUMERIC,
    delivery_ratio NUMERIC,
    delivery_pct NUMERIC,
    average_value_20d_inr NUMERIC,
    CONSTRAINT pk_screener PRIMARY KEY (exchange, as_of_date, symbol)
);
COMMENT ON TABLE market.screener IS 'What a session looked like against its past, adjusted for splits and bonuses; derived.';
COMMENT ON COLUMN market.screener.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.screener.symbol IS 'Symbol on that day.';
COMMENT ON COLUMN market.screener.as_of_date IS 'Session that the figures are of.';
COMMENT ON COLUMN market.screener.series IS 'The series that the figures are of.';
COMMENT ON COLUMN market.screener.close IS 'Close of the day, ₹, raw.';
COMMENT ON COLUMN market.screener.value_inr IS 'Value traded on the day, ₹; NULL when the source doesn''t say.';
COMMENT ON COLUMN market.screener.return_1d_pct IS 'Change of the adjusted close against the last one before, per cent; NULL: none in a year.';
COMMENT ON COLUMN market.screener.return_1w_pct IS 'Change of the adjusted close against that of 7 days before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN market.screener.return_1m_pct IS 'Change of the adjusted close against that of one month before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN market.screener.return_3m_pct IS 'Change of the adjusted close against that of 3 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN market.screener.return_6m_pct IS 'Change of the adjusted close against that of 6 months before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN market.screener.return_12m_pct IS 'Change of the adjusted close against that of a year before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN market.screener.return_3y_pct IS 'Change of the adjusted close against that of 3 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN market.screener.return_5y_pct IS 'Change of the adjusted close against that of 5 years before, or of the last trade at most 31 days older, per cent; NULL when history is too short.';
COMMENT ON COLUMN market.screener.pct_from_52w_high IS 'Adjusted close against a year''s highest price, per cent, 0 or less; NULL as return_12m_pct.';
COMMENT ON COLUMN market.screener.pct_from_52w_low IS 'Adjusted close against a year''s lowest price, per cent, 0 or more; NULL as return_12m_pct.';
COMMENT ON COLUMN market.screener.average_20d_inr IS 'Average of the last 20 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN market.screener.average_50d_inr IS 'Average of the last 50 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN market.screener.average_200d_inr IS 'Average of the last 200 closes, ₹ of the day; NULL: fewer in a year.';
COMMENT ON COLUMN market.screener.volatility_20d_pct IS 'Deviation of the last 20 daily changes, of a year (√252), per cent; NULL: fewer in a year.';
COMMENT ON COLUMN market.screener.volume_ratio IS 'Volume against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN market.screener.delivery_ratio IS 'Delivered quantity against its average of the 20 days traded before; NULL: fewer in a year.';
COMMENT ON COLUMN market.screener.delivery_pct IS 'Delivered quantity in per cent of the volume; NULL when the source doesn''t say.';
COMMENT ON COLUMN market.screener.average_value_20d_inr IS 'Average value traded of the last 20 days on which it traded, ₹; NULL: fewer in a year.';

CREATE TABLE etl.screener_session (
    exchange TEXT COLLATE "C" NOT NULL,
    as_of_date DATE NOT NULL,
    computed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    stale BOOLEAN NOT NULL,
    CONSTRAINT pk_screener_session PRIMARY KEY (exchange, as_of_date)
);
COMMENT ON TABLE etl.screener_session IS 'Which sessions the screener has been computed for.';
COMMENT ON COLUMN etl.screener_session.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN etl.screener_session.as_of_date IS 'Session that market.screener has figures of.';
COMMENT ON COLUMN etl.screener_session.computed_at IS 'When they were computed last.';
COMMENT ON COLUMN etl.screener_session.stale IS 'True: what they are made of has changed since; `munim screener compute` makes them again.';

CREATE TABLE etl.screener_day (
    exchange TEXT COLLATE "C" NOT NULL,
    trade_date DATE NOT NULL,
    row_count INTEGER NOT NULL,
    securities TEXT NOT NULL,
    figures BYTEA NOT NULL,
    CONSTRAINT pk_screener_day PRIMARY KEY (exchange, trade_date)
);
COMMENT ON TABLE etl.screener_day IS 'Sessions of market.equity_eod as the screener reads them: a year of them at once. Made again at need.';
COMMENT ON COLUMN etl.screener_day.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN etl.screener_day.trade_date IS 'Session.';
COMMENT ON COLUMN etl.screener_day.row_count IS 'How many rows it has.';
COMMENT ON COLUMN etl.screener_day.securities IS 'Their symbols and series, a line each, a blank between.';
COMMENT ON COLUMN etl.screener_day.figures IS 'Their close, high, low, volume, value_inr, delivered_quantity and delivery_pct, one after the other: float64, the little end first, NaN for NULL.';

-- Numbers hardly shrink, and to pack and unpack a year of them takes longer than to read it.
ALTER TABLE etl.screener_day ALTER COLUMN figures SET STORAGE EXTERNAL;

-- Whether a run was taken back is asked for every bhavcopy.
CREATE INDEX ix_run_reverts ON etl.run (reverts_run_id) WHERE reverts_run_id IS NOT NULL;
