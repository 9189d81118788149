-- FII/DII and FPI flows, and participants' open interest.

CREATE TABLE market.fii_dii (
    trade_date DATE NOT NULL,
    investor_class TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    buy_inr_crore NUMERIC,
    sell_inr_crore NUMERIC,
    net_inr_crore NUMERIC NOT NULL,
    basis TEXT NOT NULL,
    label TEXT,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_fii_dii PRIMARY KEY (trade_date, investor_class, scope, source)
);
COMMENT ON TABLE market.fii_dii IS 'What foreign and domestic institutions bought and sold in the cash market in a session, by who says it.';
COMMENT ON COLUMN market.fii_dii.trade_date IS 'Session that the figures are of, from the content.';
COMMENT ON COLUMN market.fii_dii.investor_class IS 'fii_fpi (foreign) or dii (domestic institutions).';
COMMENT ON COLUMN market.fii_dii.scope IS 'Where the trades were: all_exchanges (NSE, BSE and MSEI) or nse alone.';
COMMENT ON COLUMN market.fii_dii.source IS 'Who says it: nse, or the name that an import was given.';
COMMENT ON COLUMN market.fii_dii.buy_inr_crore IS 'Bought in ₹ crore, exact as published; NULL: the source did not say.';
COMMENT ON COLUMN market.fii_dii.sell_inr_crore IS 'Sold in ₹ crore, exact as published; NULL: the source did not say.';
COMMENT ON COLUMN market.fii_dii.net_inr_crore IS 'Bought less sold in ₹ crore, exact as published.';
COMMENT ON COLUMN market.fii_dii.basis IS 'exchange_provisional (of the evening) or depository_final (NSDL, CDSL): never one figure.';
COMMENT ON COLUMN market.fii_dii.label IS 'The source''s own label of the class; NULL: an import without one.';
COMMENT ON COLUMN market.fii_dii.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.fii_dii.recorded_at IS 'When these values could first be read here.';

CREATE TABLE market.fii_dii_revision (
    trade_date DATE NOT NULL,
    investor_class TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    buy_inr_crore NUMERIC,
    sell_inr_crore NUMERIC,
    net_inr_crore NUMERIC,
    basis TEXT,
    label TEXT,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_fii_dii_revision PRIMARY KEY (trade_date, investor_class, scope, source, payload_id)
);
COMMENT ON TABLE market.fii_dii_revision IS 'Rows of market.fii_dii as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.fii_dii_revision.trade_date IS 'Session that the figures are of, from the content.';
COMMENT ON COLUMN market.fii_dii_revision.investor_class IS 'fii_fpi (foreign) or dii (domestic institutions).';
COMMENT ON COLUMN market.fii_dii_revision.scope IS 'Where the trades were: all_exchanges (NSE, BSE and MSEI) or nse alone.';
COMMENT ON COLUMN market.fii_dii_revision.source IS 'Who says it: nse, or the name that an import was given.';
COMMENT ON COLUMN market.fii_dii_revision.buy_inr_crore IS 'Bought in ₹ crore, exact as published; NULL: the source did not say.';
COMMENT ON COLUMN market.fii_dii_revision.sell_inr_crore IS 'Sold in ₹ crore, exact as published; NULL: the source did not say.';
COMMENT ON COLUMN market.fii_dii_revision.net_inr_crore IS 'Bought less sold in ₹ crore, exact as published.';
COMMENT ON COLUMN market.fii_dii_revision.basis IS 'exchange_provisional (of the evening) or depository_final (NSDL, CDSL): never one figure.';
COMMENT ON COLUMN market.fii_dii_revision.label IS 'The source''s own label of the class; NULL: an import without one.';
COMMENT ON COLUMN market.fii_dii_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.fii_dii_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.fii_dii_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.fii_dii_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.fii_dii_revision.known_to IS 'fetched_at of the payload that replaced them.';

CREATE TABLE market.participant_oi (
    trade_date DATE NOT NULL,
    client_type TEXT COLLATE "C" NOT NULL,
    future_index_long_contracts BIGINT NOT NULL,
    future_index_short_contracts BIGINT NOT NULL,
    future_stock_long_contracts BIGINT NOT NULL,
    future_stock_short_contracts BIGINT NOT NULL,
    option_index_call_long_contracts BIGINT NOT NULL,
    option_index_call_short_contracts BIGINT NOT NULL,
    option_index_put_long_contracts BIGINT NOT NULL,
    option_index_put_short_contracts BIGINT NOT NULL,
    option_stock_call_long_contracts BIGINT NOT NULL,
    option_stock_call_short_contracts BIGINT NOT NULL,
    option_stock_put_long_contracts BIGINT NOT NULL,
    option_stock_put_short_contracts BIGINT NOT NULL,
    total_long_contracts BIGINT NOT NULL,
    total_short_contracts BIGINT NOT NULL,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_participant_oi PRIMARY KEY (trade_date, client_type)
);
COMMENT ON TABLE market.participant_oi IS 'Open interest in NSE''s equity derivatives by kind of participant, at the end of a session.';
COMMENT ON COLUMN market.participant_oi.trade_date IS 'Session at whose end the positions were open.';
COMMENT ON COLUMN market.participant_oi.client_type IS 'client, dii, fii, pro (brokers'' own), or total as NSE gives it.';
COMMENT ON COLUMN market.participant_oi.future_index_long_contracts IS 'Open long index futures, contracts.';
COMMENT ON COLUMN market.participant_oi.future_index_short_contracts IS 'Open short index futures, contracts.';
COMMENT ON COLUMN market.participant_oi.future_stock_long_contracts IS 'Open long stock futures, contracts.';
COMMENT ON COLUMN market.participant_oi.future_stock_short_contracts IS 'Open short stock futures, contracts.';
COMMENT ON COLUMN market.participant_oi.option_index_call_long_contracts IS 'Open long index call options, contracts.';
COMMENT ON COLUMN market.participant_oi.option_index_call_short_contracts IS 'Open short index call options, contracts.';
COMMENT ON COLUMN market.participant_oi.option_index_put_long_contracts IS 'Open long index put options, contracts.';
COMMENT ON COLUMN market.participant_oi.option_index_put_short_contracts IS 'Open short index put options, contracts.';
COMMENT ON COLUMN market.participant_oi.option_stock_call_long_contracts IS 'Open long stock call options, contracts.';
COMMENT ON COLUMN market.participant_oi.option_stock_call_short_contracts IS 'Open short stock call options, contracts.';
COMMENT ON COLUMN market.participant_oi.option_stock_put_long_contracts IS 'Open long stock put options, contracts.';
COMMENT ON COLUMN market.participant_oi.option_stock_put_short_contracts IS 'Open short stock put options, contracts.';
COMMENT ON COLUMN market.participant_oi.total_long_contracts IS 'All open long contracts as NSE adds them up; off by 1 or 2 in many files.';
COMMENT ON COLUMN market.participant_oi.total_short_contracts IS 'All open short contracts as NSE adds them up; off by 1 or 2 in many files.';
COMMENT ON COLUMN market.participant_oi.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.participant_oi.recorded_at IS 'When these values could first be read here.';

CREATE TABLE market.participant_oi_revision (
    trade_date DATE NOT NULL,
    client_type TEXT COLLATE "C" NOT NULL,
    future_index_long_contracts BIGINT,
    future_index_short_contracts BIGINT,
    future_stock_long_contracts BIGINT,
    future_stock_short_contracts BIGINT,
    option_index_call_long_contracts BIGINT,
    option_index_call_short_contracts BIGINT,
    option_index_put_long_contracts BIGINT,
    option_index_put_short_contracts BIGINT,
    option_stock_call_long_contracts BIGINT,
    option_stock_call_short_contracts BIGINT,
    option_stock_put_long_contracts BIGINT,
    option_stock_put_short_contracts BIGINT,
    total_long_contracts BIGINT,
    total_short_contracts BIGINT,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_participant_oi_revision PRIMARY KEY (trade_date, client_type, payload_id)
);
COMMENT ON TABLE market.participant_oi_revision IS 'Rows of market.participant_oi as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.participant_oi_revision.trade_date IS 'Session at whose end the positions were open.';
COMMENT ON COLUMN market.participant_oi_revision.client_type IS 'client, dii, fii, pro (brokers'' own), or total as NSE gives it.';
COMMENT ON COLUMN market.participant_oi_revision.future_index_long_contracts IS 'Open long index futures, contracts.';
COMMENT ON COLUMN market.participant_oi_revision.future_index_short_contracts IS 'Open short index futures, contracts.';
COMMENT ON COLUMN market.participant_oi_revision.future_stock_long_contracts IS 'Open long stock futures, contracts.';
COMMENT ON COLUMN market.participant_oi_revision.future_stock_short_contracts IS 'Open short stock futures, contracts.';
COMMENT ON COLUMN market.participant_oi_revision.option_index_call_long_contracts IS 'Open long index call options, contracts.';
COMMENT ON COLUMN market.participant_oi_revision.option_index_call_short_contracts IS 'Open short index call options, contracts.';
COMMENT ON COLUMN market.participant_oi_revision.option_index_put_long_contracts IS 'Open long index put options, contracts.';
COMMENT ON COLUMN market.participant_oi_revision.option_index_put_short_contracts IS 'Open short index put options, contracts.';
COMMENT ON COLUMN market.participant_oi_revision.option_stock_call_long_contracts IS 'Open long stock call options, contracts.';
COMMENT ON COLUMN market.participant_oi_revision.option_stock_call_short_contracts IS 'Open short stock call options, contracts.';
COMMENT ON COLUMN market.participant_oi_revision.option_stock_put_long_contracts IS 'Open long stock put options, contracts.';
COMMENT ON COLUMN market.participant_oi_revision.option_stock_put_short_contracts IS 'Open short stock put options, contracts.';
COMMENT ON COLUMN market.participant_oi_revision.total_long_contracts IS 'All open long contracts as NSE adds them up; off by 1 or 2 in many files.';
COMMENT ON COLUMN market.participant_oi_revision.total_short_contracts IS 'All open short contracts as NSE adds them up; off by 1 or 2 in many files.';
COMMENT ON COLUMN market.participant_oi_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.participant_oi_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.participant_oi_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.participant_oi_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.participant_oi_revision.known_to IS 'fetched_at of the payload that replaced them.';

CREATE TABLE market.fpi_flow (
    reporting_date DATE NOT NULL,
    asset_class TEXT COLLATE "C" NOT NULL,
    route TEXT COLLATE "C" NOT NULL,
    gross_purchases_inr_crore NUMERIC,
    gross_sales_inr_crore NUMERIC,
    net_inr_crore NUMERIC NOT NULL,
    net_usd_million NUMERIC,
    inr_per_usd NUMERIC,
    payload_id INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_fpi_flow PRIMARY KEY (reporting_date, asset_class, route)
);
COMMENT ON TABLE market.fpi_flow IS 'What foreign portfolio investors bought and sold, by kind of asset and way in, as NSDL reports it.';
COMMENT ON COLUMN market.fpi_flow.reporting_date IS 'Day that NSDL reports on: trades up to the day before, as custodians confirmed them. No trade date.';
COMMENT ON COLUMN market.fpi_flow.asset_class IS 'equity, debt, hybrid and so on, in NSDL''s words made canonical.';
COMMENT ON COLUMN market.fpi_flow.route IS 'stock_exchange, primary_market and so on, or a sub-total as NSDL names it.';
COMMENT ON COLUMN market.fpi_flow.gross_purchases_inr_crore IS 'Gross purchases in ₹ crore, exact as published; NULL: the source did not say.';
COMMENT ON COLUMN market.fpi_flow.gross_sales_inr_crore IS 'Gross sales in ₹ crore, exact as published; NULL: the source did not say.';
COMMENT ON COLUMN market.fpi_flow.net_inr_crore IS 'Net investment in ₹ crore, exact as published.';
COMMENT ON COLUMN market.fpi_flow.net_usd_million IS 'Net investment in US$ million, as NSDL converts it; NULL: not said.';
COMMENT ON COLUMN market.fpi_flow.inr_per_usd IS '₹ for one US$ that NSDL converted at; NULL: not said.';
COMMENT ON COLUMN market.fpi_flow.payload_id IS 'Payload that established these values; its fetched_at is known_from.';
COMMENT ON COLUMN market.fpi_flow.recorded_at IS 'When these values could first be read here.';

CREATE TABLE market.fpi_flow_revision (
    reporting_date DATE NOT NULL,
    asset_class TEXT COLLATE "C" NOT NULL,
    route TEXT COLLATE "C" NOT NULL,
    gross_purchases_inr_crore NUMERIC,
    gross_sales_inr_crore NUMERIC,
    net_inr_crore NUMERIC,
    net_usd_million NUMERIC,
    inr_per_usd NUMERIC,
    payload_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    known_from TIMESTAMP WITH TIME ZONE NOT NULL,
    known_to TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_fpi_flow_revision PRIMARY KEY (reporting_date, asset_class, route, payload_id)
);
COMMENT ON TABLE market.fpi_flow_revision IS 'Rows of market.fpi_flow as they were before they were replaced or withdrawn.';
COMMENT ON COLUMN market.fpi_flow_revision.reporting_date IS 'Day that NSDL reports on: trades up to the day before, as custodians confirmed them. No trade date.';
COMMENT ON COLUMN market.fpi_flow_revision.asset_class IS 'equity, debt, hybrid and so on, in NSDL''s words made canonical.';
COMMENT ON COLUMN market.fpi_flow_revision.route IS 'stock_exchange, primary_market and so on, or a sub-total as NSDL names it.';
COMMENT ON COLUMN market.fpi_flow_revision.gross_purchases_inr_crore IS 'Gross purchases in ₹ crore, exact as published; NULL: the source did not say.';
COMMENT ON COLUMN market.fpi_flow_revision.gross_sales_inr_crore IS 'Gross sales in ₹ crore, exact as published; NULL: the source did not say.';
COMMENT ON COLUMN market.fpi_flow_revision.net_inr_crore IS 'Net investment in ₹ crore, exact as published.';
COMMENT ON COLUMN market.fpi_flow_revision.net_usd_million IS 'Net investment in US$ million, as NSDL converts it; NULL: not said.';
COMMENT ON COLUMN market.fpi_flow_revision.inr_per_usd IS '₹ for one US$ that NSDL converted at; NULL: not said.';
COMMENT ON COLUMN market.fpi_flow_revision.payload_id IS 'Payload that had established these values.';
COMMENT ON COLUMN market.fpi_flow_revision.superseded_by IS 'Payload that replaced or withdrew them.';
COMMENT ON COLUMN market.fpi_flow_revision.recorded_at IS 'When they could first be read here.';
COMMENT ON COLUMN market.fpi_flow_revision.known_from IS 'fetched_at of the payload that had established them.';
COMMENT ON COLUMN market.fpi_flow_revision.known_to IS 'fetched_at of the payload that replaced them.';

