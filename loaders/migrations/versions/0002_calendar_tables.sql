-- Holidays and sessions, and their revisions.

CREATE TABLE market.holiday (
    exchange TEXT COLLATE "C" NOT NULL,
    list_type TEXT COLLATE "C" NOT NULL,
    segment TEXT COLLATE "C" NOT NULL,
    holiday_date DATE NOT NULL,
    description TEXT,
    morning_session TEXT,
    evening_session TEXT,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_by INTEGER,
    CONSTRAINT pk_holiday PRIMARY KEY (exchange, list_type, segment, holiday_date)
);
COMMENT ON TABLE market.holiday IS 'Days that an exchange lists as holidays. A listed day may have traded (Muhurat): see market.session.';
COMMENT ON COLUMN market.holiday.exchange IS 'Exchange whose list it is: NSE or BSE.';
COMMENT ON COLUMN market.holiday.list_type IS 'trading: days without trading; clearing: days without settlement, on some of which shares trade.';
COMMENT ON COLUMN market.holiday.segment IS 'Segment in the exchange''s word: CM equity, FO its derivatives, CD currency, COM commodities, …; GOPAL was CBM until 2025.';
COMMENT ON COLUMN market.holiday.holiday_date IS 'Day that is listed (Asia/Kolkata); weekends are listed in some years.';
COMMENT ON COLUMN market.holiday.description IS 'Name of the holiday in the list''s words; NULL: the list has bare dates.';
COMMENT ON COLUMN market.holiday.morning_session IS 'Open or Closed, of commodities (COM); NULL: the list does not say.';
COMMENT ON COLUMN market.holiday.evening_session IS 'Open or Closed, of commodities (COM); NULL: the list does not say.';
COMMENT ON COLUMN market.holiday.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.holiday.recorded_at IS 'When these values could first be read here.';
COMMENT ON COLUMN market.holiday.withdrawn_by IS 'Payload of the newer complete list that no longer has this row; NULL: it stands.';

CREATE TABLE market.holiday_revision (
    exchange TEXT COLLATE "C" NOT NULL,
    list_type TEXT COLLATE "C" NOT NULL,
    segment TEXT COLLATE "C" NOT NULL,
    holiday_date DATE NOT NULL,
    description TEXT,
    morning_session TEXT,
    evening_session TEXT,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_holiday_revision PRIMARY KEY (exchange, list_type, segment, holiday_date, payload_id)
);
COMMENT ON TABLE market.holiday_revision IS 'Rows of market.holiday as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.holiday_revision.exchange IS 'Exchange whose list it is: NSE or BSE.';
COMMENT ON COLUMN market.holiday_revision.list_type IS 'trading: days without trading; clearing: days without settlement, on some of which shares trade.';
COMMENT ON COLUMN market.holiday_revision.segment IS 'Segment in the exchange''s word: CM equity, FO its derivatives, CD currency, COM commodities, …; GOPAL was CBM until 2025.';
COMMENT ON COLUMN market.holiday_revision.holiday_date IS 'Day that is listed (Asia/Kolkata); weekends are listed in some years.';
COMMENT ON COLUMN market.holiday_revision.description IS 'Name of the holiday in the list''s words; NULL: the list has bare dates.';
COMMENT ON COLUMN market.holiday_revision.morning_session IS 'Open or Closed, of commodities (COM); NULL: the list does not say.';
COMMENT ON COLUMN market.holiday_revision.evening_session IS 'Open or Closed, of commodities (COM); NULL: the list does not say.';
COMMENT ON COLUMN market.holiday_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.holiday_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.holiday_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.holiday_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.holiday_revision.known_to IS 'fetched_at of the payload that replaced them.';

CREATE TABLE market.listed_session (
    exchange TEXT COLLATE "C" NOT NULL,
    session_date DATE NOT NULL,
    proof TEXT NOT NULL,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_listed_session PRIMARY KEY (exchange, session_date)
);
COMMENT ON TABLE market.listed_session IS 'Days that a list of trading days has; market.session is these and those that a bhavcopy proves.';
COMMENT ON COLUMN market.listed_session.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.listed_session.session_date IS 'Day that traded (Asia/Kolkata); weekends and listed holidays among them.';
COMMENT ON COLUMN market.listed_session.proof IS 'What proves it: bhavcopy, or list for a list of trading days.';
COMMENT ON COLUMN market.listed_session.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.listed_session.recorded_at IS 'When these values could first be read here.';

CREATE TABLE market.listed_session_revision (
    exchange TEXT COLLATE "C" NOT NULL,
    session_date DATE NOT NULL,
    proof TEXT,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_listed_session_revision PRIMARY KEY (exchange, session_date, payload_id)
);
COMMENT ON TABLE market.listed_session_revision IS 'Rows of market.listed_session as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.listed_session_revision.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.listed_session_revision.session_date IS 'Day that traded (Asia/Kolkata); weekends and listed holidays among them.';
COMMENT ON COLUMN market.listed_session_revision.proof IS 'What proves it: bhavcopy, or list for a list of trading days.';
COMMENT ON COLUMN market.listed_session_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.listed_session_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.listed_session_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.listed_session_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.listed_session_revision.known_to IS 'fetched_at of the payload that replaced them.';
