-- Views of what had none, and of every row its basis: plain names, a comment on every column. How fresh a row is stands in
-- agent.freshness, joined by feed: working it out reads a month of NAVs, too dear to do again for every row.

CREATE FUNCTION agent.freshness_at(at timestamptz DEFAULT now())
RETURNS TABLE (
    dataset text, feed text, latest date, due date, due_at timestamptz, due_share numeric, gaps integer, status text,
    last_success timestamptz, last_failure timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT dataset, feed, newest_content, due_content, due_at, due_share, gaps, status, last_success, last_failure
    FROM etl.freshness_at(at)
$$;
COMMENT ON FUNCTION agent.freshness_at IS
    'How fresh what the tables hold now is when judged by a time, a row a feed; columns as in agent.freshness.';

CREATE FUNCTION agent.calendar(of_exchange text, first_day date, last_day date)
RETURNS TABLE (day date, standing text, kind text, settles boolean, holiday text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT day, standing, kind, settles, holiday FROM etl.calendar(of_exchange, first_day, last_day)
$$;
COMMENT ON FUNCTION agent.calendar IS
    'Every day of a span, NSE or BSE: traded (proven), expected, closed or unknown (no whole list of its year); kind normal, special or muhurat; whether trades settle on it (NULL: no list says it); the words of the list.';

-- The newest NAVs are packed bytes: what unpacks them may not be run by all who may read.
CREATE FUNCTION agent.newest_navs()
RETURNS TABLE (scheme_code text, nav_date date, nav numeric, payload_id integer)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 14000 SET search_path = pg_catalog, pg_temp
AS $$
    SELECT scheme_code, nav_date, nav, payload_id FROM market.nav_latest
$$;
COMMENT ON FUNCTION agent.newest_navs IS 'What agent.nav_latest is made of; ask that.';

CREATE VIEW agent.freshness AS SELECT * FROM agent.freshness_at(now());
COMMENT ON VIEW agent.freshness IS 'How fresh each feed is now, judged by the exchange''''s own calendar. Joined to rows by feed.';
COMMENT ON COLUMN agent.freshness.dataset IS 'Data set.';
COMMENT ON COLUMN agent.freshness.feed IS 'Source and feed.';
COMMENT ON COLUMN agent.freshness.latest IS 'Newest date that it has content of; dates to come do not count; NULL: none.';
COMMENT ON COLUMN agent.freshness.due IS 'Newest date whose content is due by now; NULL: the feed has no times.';
COMMENT ON COLUMN agent.freshness.due_at IS 'By when that was due.';
COMMENT ON COLUMN agent.freshness.due_share IS 'Of NAVs: share of the schemes due that have that date, 0 to 1; NULL: not of NAVs, or none is due.';
COMMENT ON COLUMN agent.freshness.gaps IS 'Days due since its first one without content; NULL: the feed is no feed of days.';
COMMENT ON COLUMN agent.freshness.status IS 'fresh; due: awaited, its time is not over; late; stale: the day before is missing too; empty.';
COMMENT ON COLUMN agent.freshness.last_success IS 'End of the last run that loaded or confirmed it; NULL: none.';
COMMENT ON COLUMN agent.freshness.last_failure IS 'End of the last run that failed; NULL: none.';

CREATE VIEW agent.scheme AS
SELECT scheme.scheme_code, coalesce(scheme.long_name, scheme.base_name) AS name, scheme.long_name, scheme.base_name,
       scheme.amc, scheme.category, scheme.structure, scheme.asset_class, scheme.sub_category, scheme.plan,
       scheme.plan_class, scheme.option, scheme.payout_frequency, scheme.isin_payout_or_growth,
       scheme.isin_reinvestment, scheme.conflict, scheme.conflict_detail,
       CASE WHEN scheme.vanished_at IS NOT NULL THEN 'vanished'
            WHEN scheme.first_seen_at IS NULL THEN 'history' ELSE 'active' END AS status,
       scheme.first_seen_at, scheme.last_seen_at, scheme.vanished_at, 'as_listed'::text AS basis,
       payload.fetched_at AS known_from, payload.recorded_at, payload.feed, payload.url, payload.sha256
FROM market.scheme AS scheme
JOIN etl.payload AS payload USING (payload_id);
COMMENT ON VIEW agent.scheme IS 'Every scheme, plan and option that AMFI lists or listed, one row a code. Two rows of one fund differ in plan, option or payout: never take one for the other.';
COMMENT ON COLUMN agent.scheme.scheme_code IS 'AMFI''s code of the scheme (six digits, or SIF-n).';
COMMENT ON COLUMN agent.scheme.name IS 'Long name, or the base name where there is no long one; text that a site wrote.';
COMMENT ON COLUMN agent.scheme.long_name IS 'Last full name of scheme, plan and option in one; NULL when AMFI never gave one.';
COMMENT ON COLUMN agent.scheme.base_name IS 'Name of the scheme without plan and option; NULL before AMFI began to give it (20-Aug-2026).';
COMMENT ON COLUMN agent.scheme.amc IS 'Asset management company, as AMFI heads its section; NULL when no heading stood above.';
COMMENT ON COLUMN agent.scheme.category IS 'AMFI''s category heading, white space normalised; NULL when no heading stood above.';
COMMENT ON COLUMN agent.scheme.structure IS 'open_ended, close_ended or interval; NULL when the heading says neither.';
COMMENT ON COLUMN agent.scheme.asset_class IS 'Canonical asset class that joins SEBI''s old and new taxonomy; NULL when unknown.';
COMMENT ON COLUMN agent.scheme.sub_category IS 'Canonical sub-category that joins SEBI''s old and new taxonomy; NULL when unknown.';
COMMENT ON COLUMN agent.scheme.plan IS 'direct or regular; NULL when neither column nor name says.';
COMMENT ON COLUMN agent.scheme.plan_class IS 'Older class such as institutional or retail; NULL when the name has none.';
COMMENT ON COLUMN agent.scheme.option IS 'growth, idcw and so on (IDCW was called dividend); NULL when neither column nor name says.';
COMMENT ON COLUMN agent.scheme.payout_frequency IS 'How often IDCW is paid (daily … annual); NULL when not said.';
COMMENT ON COLUMN agent.scheme.isin_payout_or_growth IS 'ISIN of the payout or growth option, check digit verified; NULL: none or junk.';
COMMENT ON COLUMN agent.scheme.isin_reinvestment IS 'ISIN of the reinvestment option, check digit verified; NULL: none or junk.';
COMMENT ON COLUMN agent.scheme.conflict IS 'Whether the plan or option column contradicts the name.';
COMMENT ON COLUMN agent.scheme.conflict_detail IS 'What contradicts what; NULL when nothing does.';
COMMENT ON COLUMN agent.scheme.status IS 'active: the newest complete file lists it; vanished: it no longer does; history: seen in files of history alone.';
COMMENT ON COLUMN agent.scheme.first_seen_at IS 'Fetch of the first complete file that lists it; NULL: seen in history alone.';
COMMENT ON COLUMN agent.scheme.last_seen_at IS 'Fetch of the last complete file that listed it; NULL: the newest one does, or none ever did.';
COMMENT ON COLUMN agent.scheme.vanished_at IS 'Fetch of the first complete file without it; NULL while listed.';
COMMENT ON COLUMN agent.scheme.basis IS 'Always as_listed: what AMFI says, classified by munim (plan, option, payout, asset class).';
COMMENT ON COLUMN agent.scheme.known_from IS 'When the source first told munim this.';
COMMENT ON COLUMN agent.scheme.recorded_at IS 'When it could first be read in this database.';
COMMENT ON COLUMN agent.scheme.feed IS 'Feed that established it: agent.freshness says how fresh that is.';
COMMENT ON COLUMN agent.scheme.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.scheme.sha256 IS 'Digest of those bytes: their place in the archive, and the key of agent.source_file.';

CREATE VIEW agent.scheme_history AS
SELECT former.scheme_code, coalesce(former.long_name, former.base_name) AS name, former.amc, former.category,
       former.plan, former.option, former.payout_frequency, former.isin_payout_or_growth, former.isin_reinvestment,
       'as_listed'::text AS basis, former.known_from, former.known_to, payload.recorded_at, payload.feed, payload.url,
       payload.sha256
FROM market.scheme_revision AS former
JOIN etl.payload AS payload USING (payload_id);
COMMENT ON VIEW agent.scheme_history IS 'What schemes were before: former names, houses, categories and ISINs, each from when to when it was what munim knew.';
COMMENT ON COLUMN agent.scheme_history.scheme_code IS 'AMFI''s code of the scheme.';
COMMENT ON COLUMN agent.scheme_history.name IS 'Long name then, or the base name; text that a site wrote.';
COMMENT ON COLUMN agent.scheme_history.amc IS 'Asset management company, as AMFI heads its section; NULL when no heading stood above.';
COMMENT ON COLUMN agent.scheme_history.category IS 'AMFI''s category heading, white space normalised; NULL when no heading stood above.';
COMMENT ON COLUMN agent.scheme_history.plan IS 'direct or regular; NULL when neither column nor name says.';
COMMENT ON COLUMN agent.scheme_history.option IS 'growth, idcw and so on (IDCW was called dividend); NULL when neither column nor name says.';
COMMENT ON COLUMN agent.scheme_history.payout_frequency IS 'How often IDCW is paid (daily … annual); NULL when not said.';
COMMENT ON COLUMN agent.scheme_history.isin_payout_or_growth IS 'ISIN of the payout or growth option, check digit verified; NULL: none or junk.';
COMMENT ON COLUMN agent.scheme_history.isin_reinvestment IS 'ISIN of the reinvestment option, check digit verified; NULL: none or junk.';
COMMENT ON COLUMN agent.scheme_history.basis IS 'Always as_listed.';
COMMENT ON COLUMN agent.scheme_history.known_from IS 'When the source first told this state.';
COMMENT ON COLUMN agent.scheme_history.known_to IS 'When the source told the next state.';
COMMENT ON COLUMN agent.scheme_history.recorded_at IS 'When it could first be read in this database.';
COMMENT ON COLUMN agent.scheme_history.feed IS 'Feed that established it: agent.freshness says how fresh that is.';
COMMENT ON COLUMN agent.scheme_history.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.scheme_history.sha256 IS 'Digest of those bytes: their place in the archive, and the key of agent.source_file.';

CREATE VIEW agent.nav_latest AS
SELECT newest.scheme_code, newest.nav_date, newest.nav, 'as_published'::text AS basis,
       payload.fetched_at AS known_from, payload.recorded_at, payload.feed, payload.url, payload.sha256
FROM agent.newest_navs() AS newest
JOIN etl.payload AS payload USING (payload_id);
COMMENT ON VIEW agent.nav_latest IS 'The newest NAV of every scheme that has one, however old: look at nav_date before taking it for today''s.';
COMMENT ON COLUMN agent.nav_latest.scheme_code IS 'AMFI''s code of the scheme.';
COMMENT ON COLUMN agent.nav_latest.nav_date IS 'Newest day that the scheme has a NAV of.';
COMMENT ON COLUMN agent.nav_latest.nav IS 'Net asset value of one unit in ₹ on that day, exact as published.';
COMMENT ON COLUMN agent.nav_latest.basis IS 'Always as_published: the price of a unit, payouts not added back.';
COMMENT ON COLUMN agent.nav_latest.known_from IS 'When the source first told munim this.';
COMMENT ON COLUMN agent.nav_latest.recorded_at IS 'When the payload that established it was loaded.';
COMMENT ON COLUMN agent.nav_latest.feed IS 'Feed that established it: agent.freshness says how fresh that is.';
COMMENT ON COLUMN agent.nav_latest.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.nav_latest.sha256 IS 'Digest of those bytes: their place in the archive, and the key of agent.source_file.';

CREATE VIEW agent.nav_restatement AS
SELECT former.nav_date, former.scheme_code, former.nav, now_known.nav AS nav_now, 'as_published'::text AS basis,
       former.known_from, former.known_to, payload.recorded_at, payload.feed, payload.url, payload.sha256,
       ending.url AS replaced_by_url, ending.sha256 AS replaced_by_sha256
FROM market.nav_revision AS former
JOIN etl.payload AS payload USING (payload_id)
JOIN etl.payload AS ending ON ending.payload_id = former.superseded_by
LEFT JOIN market.nav AS now_known USING (nav_date, scheme_code);
COMMENT ON VIEW agent.nav_restatement IS 'NAVs that were replaced or withdrawn, each with what is known now.';
COMMENT ON COLUMN agent.nav_restatement.nav_date IS 'Day the NAV is of.';
COMMENT ON COLUMN agent.nav_restatement.scheme_code IS 'AMFI''s code of the scheme.';
COMMENT ON COLUMN agent.nav_restatement.nav IS 'The value that was replaced, ₹ a unit.';
COMMENT ON COLUMN agent.nav_restatement.nav_now IS 'The value that stands, ₹ a unit; NULL: none does.';
COMMENT ON COLUMN agent.nav_restatement.basis IS 'Always as_published.';
COMMENT ON COLUMN agent.nav_restatement.known_from IS 'When the source first told the replaced value.';
COMMENT ON COLUMN agent.nav_restatement.known_to IS 'When the source replaced or withdrew it.';
COMMENT ON COLUMN agent.nav_restatement.recorded_at IS 'When the payload that established the replaced value was loaded.';
COMMENT ON COLUMN agent.nav_restatement.feed IS 'Feed that established it: agent.freshness says how fresh that is.';
COMMENT ON COLUMN agent.nav_restatement.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.nav_restatement.sha256 IS 'Digest of those bytes: their place in the archive, and the key of agent.source_file.';
COMMENT ON COLUMN agent.nav_restatement.replaced_by_url IS 'Address of the bytes that replaced it.';
COMMENT ON COLUMN agent.nav_restatement.replaced_by_sha256 IS 'Digest of those bytes.';

CREATE VIEW agent.participant_oi AS
SELECT held.trade_date,
       held.client_type,
       held.future_index_long_contracts,
       held.future_index_short_contracts,
       held.future_stock_long_contracts,
       held.future_stock_short_contracts,
       held.option_index_call_long_contracts,
       held.option_index_call_short_contracts,
       held.option_index_put_long_contracts,
       held.option_index_put_short_contracts,
       held.option_stock_call_long_contracts,
       held.option_stock_call_short_contracts,
       held.option_stock_put_long_contracts,
       held.option_stock_put_short_contracts,
       held.total_long_contracts,
       held.total_short_contracts,
       'exchange_end_of_day'::text AS basis, payload.fetched_at AS known_from, held.recorded_at,
       payload.fetched_at > (held.trade_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
       payload.feed, payload.url, payload.sha256
FROM market.participant_oi AS held
JOIN etl.payload AS payload USING (payload_id);
COMMENT ON VIEW agent.participant_oi IS 'Open interest in NSE''s equity derivatives by kind of participant, in contracts, at the end of a session.';
COMMENT ON COLUMN agent.participant_oi.trade_date IS 'Session at whose end the positions were open.';
COMMENT ON COLUMN agent.participant_oi.client_type IS 'client, dii, fii, pro (brokers'' own), or total as NSE gives it.';
COMMENT ON COLUMN agent.participant_oi.future_index_long_contracts IS 'Open long index futures, contracts.';
COMMENT ON COLUMN agent.participant_oi.future_index_short_contracts IS 'Open short index futures, contracts.';
COMMENT ON COLUMN agent.participant_oi.future_stock_long_contracts IS 'Open long stock futures, contracts.';
COMMENT ON COLUMN agent.participant_oi.future_stock_short_contracts IS 'Open short stock futures, contracts.';
COMMENT ON COLUMN agent.participant_oi.option_index_call_long_contracts IS 'Open long index call options, contracts.';
COMMENT ON COLUMN agent.participant_oi.option_index_call_short_contracts IS 'Open short index call options, contracts.';
COMMENT ON COLUMN agent.participant_oi.option_index_put_long_contracts IS 'Open long index put options, contracts.';
COMMENT ON COLUMN agent.participant_oi.option_index_put_short_contracts IS 'Open short index put options, contracts.';
COMMENT ON COLUMN agent.participant_oi.option_stock_call_long_contracts IS 'Open long stock call options, contracts.';
COMMENT ON COLUMN agent.participant_oi.option_stock_call_short_contracts IS 'Open short stock call options, contracts.';
COMMENT ON COLUMN agent.participant_oi.option_stock_put_long_contracts IS 'Open long stock put options, contracts.';
COMMENT ON COLUMN agent.participant_oi.option_stock_put_short_contracts IS 'Open short stock put options, contracts.';
COMMENT ON COLUMN agent.participant_oi.total_long_contracts IS 'All open long contracts as NSE adds them up; off by 1 or 2 in many files.';
COMMENT ON COLUMN agent.participant_oi.total_short_contracts IS 'All open short contracts as NSE adds them up; off by 1 or 2 in many files.';
COMMENT ON COLUMN agent.participant_oi.basis IS 'Always exchange_end_of_day: as NSE counts it.';
COMMENT ON COLUMN agent.participant_oi.known_from IS 'When the source first told munim this.';
COMMENT ON COLUMN agent.participant_oi.recorded_at IS 'When these values could first be read here.';
COMMENT ON COLUMN agent.participant_oi.reconstructed IS 'True: fetched more than a week after the session, so it was not known here then.';
COMMENT ON COLUMN agent.participant_oi.feed IS 'Feed that established it: agent.freshness says how fresh that is.';
COMMENT ON COLUMN agent.participant_oi.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.participant_oi.sha256 IS 'Digest of those bytes: their place in the archive, and the key of agent.source_file.';

CREATE VIEW agent.instrument AS
SELECT state.exchange,
       state.symbol,
       state.valid_from,
       state.valid_to,
       state.isin,
       state.name,
       state.ticker,
       state.series,
       state.listing_date,
       state.next_symbol,
       state.current_symbol,
       state.current_isin,
       'derived'::text AS basis, listed.fetched_at AS known_from, listed.recorded_at, listed.feed, listed.url,
       listed.sha256
FROM market.instrument AS state
LEFT JOIN LATERAL (
    SELECT payload.fetched_at, listing.recorded_at, payload.feed, payload.url, payload.sha256
    FROM market.listing AS listing
    JOIN etl.payload AS payload USING (payload_id)
    WHERE (listing.exchange, listing.symbol) = (state.exchange, state.current_symbol)
    ORDER BY listing.withdrawn_by IS NOT NULL, payload.fetched_at DESC LIMIT 1
) AS listed ON true;
COMMENT ON VIEW agent.instrument IS 'What each symbol is and was: states through changed symbols, ISINs and names. Two companies may have had one symbol: give a day.';
COMMENT ON COLUMN agent.instrument.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN agent.instrument.symbol IS 'NSE''s symbol, BSE''s scrip code, as it was from valid_from on.';
COMMENT ON COLUMN agent.instrument.valid_from IS 'First day of this state; 1990-01-01: nobody gives the symbol a first day.';
COMMENT ON COLUMN agent.instrument.valid_to IS 'Last day of this state; NULL: it holds.';
COMMENT ON COLUMN agent.instrument.isin IS 'ISIN; NULL: no file has said one by then (NSE''s had none until 21-Jun-2011).';
COMMENT ON COLUMN agent.instrument.name IS 'Name of the company or security; NULL: none was given.';
COMMENT ON COLUMN agent.instrument.ticker IS 'BSE''s ticker; NULL: NSE''s, or no file has said one by then.';
COMMENT ON COLUMN agent.instrument.series IS 'NSE: the first of EQ, BE, BZ, SM, … that it traded in by then; BSE: its newest group. NULL: none.';
COMMENT ON COLUMN agent.instrument.listing_date IS 'First day of listing by the masters; NULL: none says it.';
COMMENT ON COLUMN agent.instrument.next_symbol IS 'What the symbol became the day after valid_to; NULL: it became none.';
COMMENT ON COLUMN agent.instrument.current_symbol IS 'Today''s symbol of the security.';
COMMENT ON COLUMN agent.instrument.current_isin IS 'Today''s ISIN of the security; NULL: none was ever seen.';
COMMENT ON COLUMN agent.instrument.basis IS 'Always derived: from bhavcopies, masters and lists of changes.';
COMMENT ON COLUMN agent.instrument.known_from IS 'Fetch of the newest master that has today''s symbol; NULL: none has it, it is known from bhavcopies alone.';
COMMENT ON COLUMN agent.instrument.recorded_at IS 'When that master could first be read here; NULL: none has it.';
COMMENT ON COLUMN agent.instrument.feed IS 'Feed of that master; NULL: none has it.';
COMMENT ON COLUMN agent.instrument.url IS 'Address of that master; NULL: none has it.';
COMMENT ON COLUMN agent.instrument.sha256 IS 'Digest of that master; NULL: none has it.';

CREATE VIEW agent.index_member AS
SELECT member.index_name, member.symbol, member.name, member.industry, member.series, member.isin,
       'as_listed'::text AS basis, payload.fetched_at AS known_from, member.recorded_at, payload.feed, payload.url,
       payload.sha256
FROM market.index_member AS member
JOIN etl.payload AS payload USING (payload_id)
WHERE member.withdrawn_by IS NULL;
COMMENT ON VIEW agent.index_member IS 'Who is in an index by the newest list.';
COMMENT ON COLUMN agent.index_member.index_name IS 'Index: Nifty 50, Nifty 500 and so on.';
COMMENT ON COLUMN agent.index_member.symbol IS 'Symbol of the member.';
COMMENT ON COLUMN agent.index_member.name IS 'Name of the company, spelled as the index list does; NULL: not said.';
COMMENT ON COLUMN agent.index_member.industry IS 'Industry in the list''s words; NULL: not said.';
COMMENT ON COLUMN agent.index_member.series IS 'Series; NULL: not said.';
COMMENT ON COLUMN agent.index_member.isin IS 'ISIN, check digit verified; NULL: none or junk.';
COMMENT ON COLUMN agent.index_member.basis IS 'Always as_listed.';
COMMENT ON COLUMN agent.index_member.known_from IS 'When the source first told munim this.';
COMMENT ON COLUMN agent.index_member.recorded_at IS 'When these values could first be read here.';
COMMENT ON COLUMN agent.index_member.feed IS 'Feed that established it: agent.freshness says how fresh that is.';
COMMENT ON COLUMN agent.index_member.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.index_member.sha256 IS 'Digest of those bytes: their place in the archive, and the key of agent.source_file.';

CREATE VIEW agent.index_span AS
SELECT index_name, symbol, valid_from, valid_to, 'by_fetch'::text AS basis FROM market.index_span;
COMMENT ON VIEW agent.index_span IS 'From when to when a symbol was in an index, by the lists that were fetched.';
COMMENT ON COLUMN agent.index_span.index_name IS 'Index.';
COMMENT ON COLUMN agent.index_span.symbol IS 'Symbol of the member.';
COMMENT ON COLUMN agent.index_span.valid_from IS 'Day of the first list in a row that has it.';
COMMENT ON COLUMN agent.index_span.valid_to IS 'Day before the first list without it; NULL: the newest list has it.';
COMMENT ON COLUMN agent.index_span.basis IS 'Always by_fetch: the lists carry no date, so days are those of fetches.';

CREATE VIEW agent.source_file AS
SELECT sha256, dataset, feed, url, fetched_at, origin, recorded_at, run_id, content_from, content_to, content_modal,
       row_count, complete
FROM etl.payload;
COMMENT ON VIEW agent.source_file IS 'The files behind the figures: what a citation names.';
COMMENT ON COLUMN agent.source_file.sha256 IS 'Digest of the bytes, in hexadecimal; their place in the archive.';
COMMENT ON COLUMN agent.source_file.dataset IS 'Data set it was loaded into (nav).';
COMMENT ON COLUMN agent.source_file.feed IS 'Source and feed (amfi.latest, amfi.history).';
COMMENT ON COLUMN agent.source_file.url IS 'Address that the bytes came from, after redirects; a file''s name for a file.';
COMMENT ON COLUMN agent.source_file.fetched_at IS 'When the bytes were received: known_from of every value that they established.';
COMMENT ON COLUMN agent.source_file.origin IS 'fetch: asked by munim; file: ingested; revert, import or link: a decision.';
COMMENT ON COLUMN agent.source_file.recorded_at IS 'When it was loaded: from then on its values could be read here.';
COMMENT ON COLUMN agent.source_file.run_id IS 'Run that loaded it.';
COMMENT ON COLUMN agent.source_file.content_from IS 'Oldest date in it; NULL when it holds no dated row.';
COMMENT ON COLUMN agent.source_file.content_to IS 'Newest date in it; NULL when it holds no dated row.';
COMMENT ON COLUMN agent.source_file.content_modal IS 'Date of most rows in it; NULL when it holds no dated row.';
COMMENT ON COLUMN agent.source_file.row_count IS 'Rows read from it.';
COMMENT ON COLUMN agent.source_file.complete IS 'Whether it is a complete, unfiltered snapshot: only such a one says that something vanished.';

CREATE VIEW agent.run AS
SELECT run_id, dataset, feed, slot, status, started_at, finished_at, rows_read, rows_new, rows_changed, rows_unchanged,
       rows_quarantined, sha256, forced, reverts_run_id
FROM etl.run;
COMMENT ON VIEW agent.run IS 'The ledger: every run and what it did. Why one failed is for its operators.';
COMMENT ON COLUMN agent.run.run_id IS 'Number of the run.';
COMMENT ON COLUMN agent.run.dataset IS 'Data set (nav).';
COMMENT ON COLUMN agent.run.feed IS 'Source and feed; NULL when a file was refused before its feed was known.';
COMMENT ON COLUMN agent.run.slot IS 'Unit of work (an instant for a snapshot, dates for a dated feed, a file''s fetch time).';
COMMENT ON COLUMN agent.run.status IS 'success: loaded; repeat: the very payload was loaded before; skipped: the slot was closed already; missed: no run filled it in its time; the others say why nothing was loaded.';
COMMENT ON COLUMN agent.run.started_at IS 'When the run began.';
COMMENT ON COLUMN agent.run.finished_at IS 'When it ended.';
COMMENT ON COLUMN agent.run.rows_read IS 'Rows in the payload.';
COMMENT ON COLUMN agent.run.rows_new IS 'Rows that were not there.';
COMMENT ON COLUMN agent.run.rows_changed IS 'Rows whose value was replaced; each left a revision.';
COMMENT ON COLUMN agent.run.rows_unchanged IS 'Rows that said what was known.';
COMMENT ON COLUMN agent.run.rows_quarantined IS 'Rows that were refused; see etl.quarantine.';
COMMENT ON COLUMN agent.run.sha256 IS 'Digest of the bytes received; NULL when none were.';
COMMENT ON COLUMN agent.run.forced IS 'Whether a blocking check was overridden by --force.';
COMMENT ON COLUMN agent.run.reverts_run_id IS 'Run whose values this one put back; NULL for any other run.';

CREATE VIEW agent.change AS
SELECT run.run_id, run.finished_at AS recorded_at, run.dataset, run.feed, run.rows_new, run.rows_changed,
       payload.content_from, payload.content_to, payload.fetched_at AS known_from, run.reverts_run_id, payload.url,
       payload.sha256
FROM etl.run AS run
JOIN etl.payload AS payload USING (payload_id)
WHERE run.status = 'success' AND (run.rows_new > 0 OR run.rows_changed > 0);
COMMENT ON VIEW agent.change IS 'Loads that changed the tables, in the order of run_id: keep the last one that was seen and ask for those after it. One of another data set may come in late with a smaller number: ask by dataset.';
COMMENT ON COLUMN agent.change.run_id IS 'Number of the run.';
COMMENT ON COLUMN agent.change.recorded_at IS 'When the load ended.';
COMMENT ON COLUMN agent.change.dataset IS 'Data set (nav).';
COMMENT ON COLUMN agent.change.feed IS 'Source and feed.';
COMMENT ON COLUMN agent.change.rows_new IS 'Rows that were not there.';
COMMENT ON COLUMN agent.change.rows_changed IS 'Rows whose value was replaced; each left a revision.';
COMMENT ON COLUMN agent.change.content_from IS 'Oldest date that it is about; NULL: it has no dates.';
COMMENT ON COLUMN agent.change.content_to IS 'Newest date that it is about; NULL: it has no dates.';
COMMENT ON COLUMN agent.change.known_from IS 'When its payload was fetched.';
COMMENT ON COLUMN agent.change.reverts_run_id IS 'Run whose values this one put back; NULL for any other run.';
COMMENT ON COLUMN agent.change.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.change.sha256 IS 'Digest of the bytes received; NULL when none were.';

-- Those that ask the calendar ask it as its owner; and every view says its basis, and where each row comes from.
CREATE OR REPLACE VIEW agent.session AS
SELECT session.exchange, session.session_date, calendar.kind, calendar.holiday, session.proof,
       payload.fetched_at AS known_from, session.recorded_at, payload.feed, payload.url, payload.sha256, 'proven'::text AS basis
FROM etl.proven_session AS session
JOIN etl.payload AS payload USING (payload_id)
LEFT JOIN (
    SELECT span.exchange, calendar.day, calendar.kind, calendar.holiday
    FROM (SELECT exchange, min(session_date) AS first_day, max(session_date) AS last_day
          FROM etl.proven_session GROUP BY exchange) AS span
    CROSS JOIN LATERAL agent.calendar(span.exchange, span.first_day, span.last_day) AS calendar
) AS calendar ON (calendar.exchange, calendar.day) = (session.exchange, session.session_date);
COMMENT ON COLUMN agent.session.basis IS 'Always proven: a bhavcopy or a list of days that traded says it.';

CREATE OR REPLACE VIEW agent.fii_provisional_and_final AS
WITH span AS (
    SELECT min(trade_date) AS first_day, max(trade_date) AS last_day FROM market.fii_dii
),
session AS (
    SELECT calendar.day, calendar.settles, lead(calendar.day) OVER (ORDER BY calendar.day) AS next_day
    FROM span
    CROSS JOIN LATERAL agent.calendar('NSE', span.first_day, span.last_day + 15) AS calendar
    WHERE calendar.standing <> 'closed'
)
SELECT flow.trade_date, flow.source, report.reporting_date, flow.net_inr_crore AS provisional_net_inr_crore,
       report.net_inr_crore AS final_net_inr_crore, report.net_inr_crore - flow.net_inr_crore AS difference_inr_crore,
       'provisional_and_final'::text AS basis, greatest(early.fetched_at, final.fetched_at) AS known_from,
       greatest(flow.recorded_at, report.recorded_at) AS recorded_at, early.feed, early.url, early.sha256,
       final.url AS final_url, final.sha256 AS final_sha256
FROM market.fii_dii AS flow
JOIN session ON session.day = flow.trade_date AND session.settles IS NOT false
JOIN market.fpi_flow AS report ON report.reporting_date = session.next_day
JOIN etl.payload AS early ON early.payload_id = flow.payload_id
JOIN etl.payload AS final ON final.payload_id = report.payload_id
WHERE flow.investor_class = 'fii_fpi' AND flow.scope = 'all_exchanges' AND flow.basis = 'exchange_provisional'
  AND report.asset_class = 'equity' AND report.route = 'stock_exchange';
COMMENT ON COLUMN agent.fii_provisional_and_final.basis IS 'Always provisional_and_final: two figures of two bases side by side.';
COMMENT ON COLUMN agent.fii_provisional_and_final.known_from IS 'When the later of the two was first told.';
COMMENT ON COLUMN agent.fii_provisional_and_final.recorded_at IS 'When both could first be read in this database.';
COMMENT ON COLUMN agent.fii_provisional_and_final.feed IS 'Feed of the provisional figure.';
COMMENT ON COLUMN agent.fii_provisional_and_final.url IS 'Address of the provisional figure''s bytes.';
COMMENT ON COLUMN agent.fii_provisional_and_final.sha256 IS 'Digest of the provisional figure''s bytes.';
COMMENT ON COLUMN agent.fii_provisional_and_final.final_url IS 'Address of the final figure''s bytes.';
COMMENT ON COLUMN agent.fii_provisional_and_final.final_sha256 IS 'Digest of the final figure''s bytes.';

CREATE OR REPLACE VIEW agent.nav AS
SELECT nav.nav_date, nav.scheme_code, nav.nav,
       payload.fetched_at AS known_from,
       coalesce(earlier.recorded_at, payload.recorded_at) AS recorded_at,
       payload.fetched_at > (nav.nav_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
       payload.feed, payload.url, payload.sha256, 'as_published'::text AS basis
FROM market.nav AS nav
JOIN etl.payload AS payload USING (payload_id)
LEFT JOIN etl.nav_recorded AS earlier USING (nav_date, scheme_code, payload_id);
COMMENT ON COLUMN agent.nav.basis IS 'Always as_published: the price of a unit, payouts not added back.';

CREATE OR REPLACE VIEW agent.holiday AS
SELECT holiday.exchange, holiday.list_type, holiday.segment, holiday.holiday_date, holiday.description,
       holiday.morning_session, holiday.evening_session,
       EXISTS (SELECT 1 FROM etl.proven_session AS session
               WHERE (session.exchange, session.session_date) = (holiday.exchange, holiday.holiday_date)) AS traded,
       withdrawn.fetched_at AS withdrawn_at,
       payload.fetched_at AS known_from, holiday.recorded_at, payload.feed, payload.url, payload.sha256, 'as_listed'::text AS basis
FROM market.holiday AS holiday
JOIN etl.payload AS payload USING (payload_id)
LEFT JOIN etl.payload AS withdrawn ON withdrawn.payload_id = holiday.withdrawn_by;
COMMENT ON COLUMN agent.holiday.basis IS 'Always as_listed: what the exchange says.';

CREATE OR REPLACE VIEW agent.ipo AS
SELECT issue.ipo_id, issue.symbol, issue.company, issue.platform, issue.status, issue.open_date,
       issue.close_date, issue.allotment_date, issue.listing_date, issue.series, issue.bse_scrip_code,
       issue.price_band_low, issue.price_band_high, issue.final_price, issue.face_value, issue.lot_size,
       issue.issue_size_shares, issue.issue_size_inr, issue.isin, issue.is_on_nse, issue.is_on_bse,
       issue.first_seen_at, issue.vanished_at,
       (SELECT array_agg(source || ':' || source_id ORDER BY source, source_id)
        FROM market.ipo_source AS named WHERE named.ipo_id = issue.ipo_id) AS sources,
       payload.fetched_at AS known_from, issue.recorded_at, payload.feed, payload.url, payload.sha256, 'best_source'::text AS basis
FROM market.ipo AS issue
JOIN etl.payload AS payload USING (payload_id)
WHERE issue.security_kind = 'ipo';
COMMENT ON COLUMN agent.ipo.basis IS 'Always best_source: of each column what the best source says.';

CREATE OR REPLACE VIEW agent.ipo_subscription AS
SELECT issue.ipo_id, issue.symbol, issue.company, issue.platform,
       bids.book, bids.as_of, bids.as_of_from, bids.sr_no, bids.category, bids.shares_offered, bids.shares_bid,
       bids.times, bids.applications,
       payload.fetched_at AS known_from, bids.recorded_at, payload.feed, payload.url, payload.sha256, 'exchange_book'::text AS basis
FROM market.ipo_subscription AS bids
JOIN market.ipo_source AS named USING (source, source_id)
JOIN market.ipo AS issue ON issue.ipo_id = named.ipo_id
JOIN etl.payload AS payload ON payload.payload_id = bids.payload_id
WHERE issue.security_kind = 'ipo';
COMMENT ON COLUMN agent.ipo_subscription.basis IS 'Always exchange_book: as the exchange counts bids, times as published.';

CREATE OR REPLACE VIEW agent.ipo_gmp AS
SELECT issue.ipo_id, issue.symbol, coalesce(issue.company, premium.company_text) AS company,
       premium.source, premium.as_of, premium.as_of_from, premium.gmp_inr, premium.price,
       premium.estimated_gain_pct, premium.unofficial,
       payload.fetched_at AS known_from, premium.recorded_at, payload.feed, payload.url, payload.sha256, 'unofficial'::text AS basis
FROM market.ipo_gmp AS premium
JOIN etl.payload AS payload USING (payload_id)
LEFT JOIN market.ipo_source AS named USING (source, source_id)
LEFT JOIN market.ipo AS issue ON issue.ipo_id = named.ipo_id
WHERE coalesce(issue.security_kind, 'ipo') = 'ipo';
COMMENT ON COLUMN agent.ipo_gmp.basis IS 'Always unofficial: hearsay.';

CREATE OR REPLACE VIEW agent.ipo_listing AS
SELECT listing.ipo_id, listing.symbol, listing.isin, listing.company, listing.platform, listing.listing_date,
       listing.issue_price, listing.issue_price_from, listing.exchange, listing.open_inr, listing.high_inr,
       listing.low_inr, listing.close_inr, listing.gain_pct, listing.from_source, payload.fetched_at AS known_from,
       payload.feed, payload.url, payload.sha256, 'first_day'::text AS basis
FROM market.ipo_listing AS listing
JOIN etl.payload AS payload USING (payload_id)
WHERE listing.security_kind = 'ipo';
COMMENT ON COLUMN agent.ipo_listing.basis IS 'Always first_day: prices of the first day against the issue price.';

CREATE OR REPLACE VIEW agent.equity_eod AS
SELECT eod.exchange, eod.trade_date, eod.symbol, eod.series, eod.open, eod.high, eod.low, eod.close, eod.last,
       eod.previous_close, eod.average_price, eod.volume, eod.value_inr, eod.trades, eod.delivered_quantity,
       eod.delivery_pct, eod.isin, eod.ticker, eod.name, eod.date_from,
       payload.fetched_at AS known_from, eod.price_recorded_at AS recorded_at,
       payload.fetched_at > (eod.trade_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
       payload.feed, payload.url, payload.sha256, 'raw'::text AS basis
FROM market.equity_eod AS eod
LEFT JOIN etl.payload AS payload ON payload.payload_id = eod.price_payload_id;
COMMENT ON COLUMN agent.equity_eod.basis IS 'Always raw: not adjusted for splits or bonuses; agent.equity_adjusted_as_of adjusts.';

CREATE OR REPLACE VIEW agent.corporate_action AS
SELECT action.exchange, action.symbol, action.series, action.ex_date, action.subject, action.kind,
       action.ratio_numerator, action.ratio_denominator, action.amount_inr, action.shares_after, action.shares_before,
       action.record_date, action.broadcast_at, action.face_value_inr, action.isin, action.company,
       payload.fetched_at AS known_from, action.recorded_at, payload.feed, payload.url, payload.sha256, 'as_listed'::text AS basis
FROM market.corporate_action AS action
JOIN etl.payload AS payload USING (payload_id)
WHERE action.withdrawn_by IS NULL;
COMMENT ON COLUMN agent.corporate_action.basis IS 'Always as_listed: what the exchange says.';

CREATE OR REPLACE VIEW agent.screener AS
SELECT screener.exchange, screener.symbol, named.name, screener.as_of_date,
       screener.series, screener.close, screener.value_inr, screener.return_1d_pct, screener.return_1w_pct,
       screener.return_1m_pct, screener.return_3m_pct, screener.return_6m_pct, screener.return_12m_pct,
       screener.return_3y_pct, screener.return_5y_pct, screener.pct_from_52w_high, screener.pct_from_52w_low,
       screener.average_20d_inr, screener.average_50d_inr, screener.average_200d_inr,
       screener.volatility_20d_pct, screener.volume_ratio, screener.delivery_ratio, screener.delivery_pct,
       screener.average_value_20d_inr,
       'adjusted'::text AS basis, payload.fetched_at AS known_from, computed.computed_at AS recorded_at, payload.feed,
       payload.url, payload.sha256
FROM market.screener AS screener
LEFT JOIN LATERAL (
    SELECT instrument.name FROM market.instrument AS instrument
    WHERE (instrument.exchange, instrument.symbol) = (screener.exchange, screener.symbol)
      AND instrument.valid_from <= screener.as_of_date
    ORDER BY instrument.valid_from DESC LIMIT 1
) AS named ON true
LEFT JOIN etl.equity_session AS session
    ON (session.exchange, session.trade_date) = (screener.exchange, screener.as_of_date)
LEFT JOIN etl.payload AS payload ON payload.payload_id = session.payload_id
LEFT JOIN etl.screener_session AS computed
    ON (computed.exchange, computed.as_of_date) = (screener.exchange, screener.as_of_date);
COMMENT ON COLUMN agent.screener.basis IS 'Always adjusted: for splits, consolidations and bonuses; dividends are left in.';
COMMENT ON COLUMN agent.screener.known_from IS 'When the session''s first bhavcopy was fetched; NULL: none is there.';
COMMENT ON COLUMN agent.screener.recorded_at IS 'When these figures were worked out; NULL: it is not known.';
COMMENT ON COLUMN agent.screener.feed IS 'Feed of that bhavcopy.';
COMMENT ON COLUMN agent.screener.url IS 'Address of that bhavcopy.';
COMMENT ON COLUMN agent.screener.sha256 IS 'Digest of that bhavcopy.';

CREATE OR REPLACE VIEW agent.screen_breakout_52w AS
SELECT * FROM agent.screener
WHERE pct_from_52w_high > -1 AND volume_ratio > 1.5;
COMMENT ON COLUMN agent.screen_breakout_52w.basis IS 'Always adjusted: for splits, consolidations and bonuses; dividends are left in.';
COMMENT ON COLUMN agent.screen_breakout_52w.known_from IS 'When the session''s first bhavcopy was fetched; NULL: none is there.';
COMMENT ON COLUMN agent.screen_breakout_52w.recorded_at IS 'When these figures were worked out; NULL: it is not known.';
COMMENT ON COLUMN agent.screen_breakout_52w.feed IS 'Feed of that bhavcopy.';
COMMENT ON COLUMN agent.screen_breakout_52w.url IS 'Address of that bhavcopy.';
COMMENT ON COLUMN agent.screen_breakout_52w.sha256 IS 'Digest of that bhavcopy.';

CREATE OR REPLACE VIEW agent.screen_near_52w_low AS
SELECT * FROM agent.screener
WHERE pct_from_52w_low < 2;
COMMENT ON COLUMN agent.screen_near_52w_low.basis IS 'Always adjusted: for splits, consolidations and bonuses; dividends are left in.';
COMMENT ON COLUMN agent.screen_near_52w_low.known_from IS 'When the session''s first bhavcopy was fetched; NULL: none is there.';
COMMENT ON COLUMN agent.screen_near_52w_low.recorded_at IS 'When these figures were worked out; NULL: it is not known.';
COMMENT ON COLUMN agent.screen_near_52w_low.feed IS 'Feed of that bhavcopy.';
COMMENT ON COLUMN agent.screen_near_52w_low.url IS 'Address of that bhavcopy.';
COMMENT ON COLUMN agent.screen_near_52w_low.sha256 IS 'Digest of that bhavcopy.';

CREATE OR REPLACE VIEW agent.screen_delivery_spike AS
SELECT * FROM agent.screener
WHERE delivery_ratio > 3 AND delivery_pct >= 50 AND average_value_20d_inr > 10000000;
COMMENT ON COLUMN agent.screen_delivery_spike.basis IS 'Always adjusted: for splits, consolidations and bonuses; dividends are left in.';
COMMENT ON COLUMN agent.screen_delivery_spike.known_from IS 'When the session''s first bhavcopy was fetched; NULL: none is there.';
COMMENT ON COLUMN agent.screen_delivery_spike.recorded_at IS 'When these figures were worked out; NULL: it is not known.';
COMMENT ON COLUMN agent.screen_delivery_spike.feed IS 'Feed of that bhavcopy.';
COMMENT ON COLUMN agent.screen_delivery_spike.url IS 'Address of that bhavcopy.';
COMMENT ON COLUMN agent.screen_delivery_spike.sha256 IS 'Digest of that bhavcopy.';

CREATE OR REPLACE VIEW agent.screen_volume_spike AS
SELECT * FROM agent.screener
WHERE volume_ratio > 5 AND average_value_20d_inr > 10000000;
COMMENT ON COLUMN agent.screen_volume_spike.basis IS 'Always adjusted: for splits, consolidations and bonuses; dividends are left in.';
COMMENT ON COLUMN agent.screen_volume_spike.known_from IS 'When the session''s first bhavcopy was fetched; NULL: none is there.';
COMMENT ON COLUMN agent.screen_volume_spike.recorded_at IS 'When these figures were worked out; NULL: it is not known.';
COMMENT ON COLUMN agent.screen_volume_spike.feed IS 'Feed of that bhavcopy.';
COMMENT ON COLUMN agent.screen_volume_spike.url IS 'Address of that bhavcopy.';
COMMENT ON COLUMN agent.screen_volume_spike.sha256 IS 'Digest of that bhavcopy.';

CREATE OR REPLACE VIEW agent.screen_momentum AS
SELECT * FROM agent.screener
WHERE return_3m_pct > 0 AND return_6m_pct > 10 AND return_12m_pct > 20
  AND close > average_50d_inr AND average_50d_inr > average_200d_inr;
COMMENT ON COLUMN agent.screen_momentum.basis IS 'Always adjusted: for splits, consolidations and bonuses; dividends are left in.';
COMMENT ON COLUMN agent.screen_momentum.known_from IS 'When the session''s first bhavcopy was fetched; NULL: none is there.';
COMMENT ON COLUMN agent.screen_momentum.recorded_at IS 'When these figures were worked out; NULL: it is not known.';
COMMENT ON COLUMN agent.screen_momentum.feed IS 'Feed of that bhavcopy.';
COMMENT ON COLUMN agent.screen_momentum.url IS 'Address of that bhavcopy.';
COMMENT ON COLUMN agent.screen_momentum.sha256 IS 'Digest of that bhavcopy.';

CREATE OR REPLACE VIEW agent.screen_value_traded AS
SELECT * FROM agent.screener
WHERE value_inr >= 1000000000;
COMMENT ON COLUMN agent.screen_value_traded.basis IS 'Always adjusted: for splits, consolidations and bonuses; dividends are left in.';
COMMENT ON COLUMN agent.screen_value_traded.known_from IS 'When the session''s first bhavcopy was fetched; NULL: none is there.';
COMMENT ON COLUMN agent.screen_value_traded.recorded_at IS 'When these figures were worked out; NULL: it is not known.';
COMMENT ON COLUMN agent.screen_value_traded.feed IS 'Feed of that bhavcopy.';
COMMENT ON COLUMN agent.screen_value_traded.url IS 'Address of that bhavcopy.';
COMMENT ON COLUMN agent.screen_value_traded.sha256 IS 'Digest of that bhavcopy.';

-- Where rows are left out, nobody may look at them through a function of his own.
ALTER VIEW agent.corporate_action SET (security_barrier = true);
ALTER VIEW agent.index_member SET (security_barrier = true);
ALTER VIEW agent.ipo SET (security_barrier = true);
ALTER VIEW agent.ipo_gmp SET (security_barrier = true);
ALTER VIEW agent.ipo_listing SET (security_barrier = true);
ALTER VIEW agent.ipo_subscription SET (security_barrier = true);
