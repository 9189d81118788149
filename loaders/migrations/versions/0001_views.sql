-- Views over the first tables, and the storage of what is kept packed.

-- These are rewritten by every load: compressing them costs more than it saves.
ALTER TABLE etl.nav_latest_block
    ALTER COLUMN scheme_code SET STORAGE EXTERNAL,
    ALTER COLUMN nav_date SET STORAGE EXTERNAL,
    ALTER COLUMN nav_e10 SET STORAGE EXTERNAL,
    ALTER COLUMN payload_id SET STORAGE EXTERNAL;

CREATE FUNCTION etl.int4_at(packed bytea, place bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    -- Operators of this kind have one precedence: each part is in parentheses.
    SELECT (get_byte(packed, (4 * place)::int) << 24) | (get_byte(packed, (4 * place + 1)::int) << 16)
         | (get_byte(packed, (4 * place + 2)::int) << 8) | get_byte(packed, (4 * place + 3)::int)
$$;
COMMENT ON FUNCTION etl.int4_at IS 'The number at a place (from 0) of numbers of four bytes each.';

CREATE FUNCTION etl.int8_at(packed bytea, place bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT (etl.int4_at(packed, 2 * place)::bigint << 32) | (etl.int4_at(packed, 2 * place + 1)::bigint & 4294967295)
$$;
COMMENT ON FUNCTION etl.int8_at IS 'The number at a place (from 0) of numbers of eight bytes each.';

CREATE VIEW market.nav_latest AS
SELECT kept.scheme_code COLLATE "C" AS scheme_code,
       date '1970-01-01' + etl.int4_at(block.nav_date, kept.place - 1) AS nav_date,
       trim_scale(etl.int8_at(block.nav_e10, kept.place - 1) / 10000000000::numeric) AS nav,
       etl.int4_at(block.payload_id, kept.place - 1) AS payload_id
-- OFFSET 0 inside: the bytes are fetched once, and not again for each scheme. OFFSET 0 at the end: what sorts or joins
-- these rows gets the numbers, and not all bytes with each row.
FROM (SELECT scheme_code || '' AS scheme_code, nav_date || ''::bytea AS nav_date, nav_e10 || ''::bytea AS nav_e10,
             payload_id || ''::bytea AS payload_id
      FROM etl.nav_latest_block WHERE scheme_code <> '' OFFSET 0) AS block
CROSS JOIN LATERAL unnest(string_to_array(block.scheme_code, E'\n')) WITH ORDINALITY AS kept (scheme_code, place)
OFFSET 0;
COMMENT ON VIEW market.nav_latest IS 'The newest NAV of every scheme that has one.';
COMMENT ON COLUMN market.nav_latest.scheme_code IS 'AMFI''s code of the scheme.';
COMMENT ON COLUMN market.nav_latest.nav_date IS 'Newest day that the scheme has a NAV of.';
COMMENT ON COLUMN market.nav_latest.nav IS 'Net asset value of one unit in ₹ on that day.';
COMMENT ON COLUMN market.nav_latest.payload_id IS 'Payload that established it; its fetched_at is known_from.';

CREATE VIEW agent.nav AS
SELECT nav.nav_date, nav.scheme_code, nav.nav,
       payload.fetched_at AS known_from,
       coalesce(earlier.recorded_at, payload.recorded_at) AS recorded_at,
       payload.fetched_at > (nav.nav_date + 8)::timestamp AT TIME ZONE 'Asia/Kolkata' AS reconstructed,
       payload.feed, payload.url, payload.sha256
FROM market.nav AS nav
JOIN etl.payload AS payload USING (payload_id)
LEFT JOIN etl.nav_recorded AS earlier USING (nav_date, scheme_code, payload_id);
COMMENT ON VIEW agent.nav IS 'NAVs as last published, each with when it was known and where it came from.';
COMMENT ON COLUMN agent.nav.nav_date IS 'Day the NAV is of (Asia/Kolkata).';
COMMENT ON COLUMN agent.nav.scheme_code IS 'AMFI''s code of the scheme.';
COMMENT ON COLUMN agent.nav.nav IS 'Net asset value of one unit in ₹, exact as published.';
COMMENT ON COLUMN agent.nav.known_from IS 'When the source first told munim this value.';
COMMENT ON COLUMN agent.nav.recorded_at IS 'When it could first be read in this database.';
COMMENT ON COLUMN agent.nav.reconstructed IS 'True: fetched more than a week after its day, so it was not known then.';
COMMENT ON COLUMN agent.nav.feed IS 'Feed that established it.';
COMMENT ON COLUMN agent.nav.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.nav.sha256 IS 'Digest of those bytes: their place in the archive.';

CREATE FUNCTION etl.due_content(of_feed text, at timestamptz) RETURNS date
LANGUAGE sql STABLE
AS $$
    SELECT max(day::date)
    FROM etl.timetable AS timetable
    -- Without a time zone, so that the days are India's whatever the session's time zone is.
    CROSS JOIN generate_series(date_trunc('day', at AT TIME ZONE 'Asia/Kolkata') - interval '15 days',
                               date_trunc('day', at AT TIME ZONE 'Asia/Kolkata'), interval '1 day') AS day
    WHERE timetable.feed = of_feed
      AND (timetable.calendar = 'daily' OR extract(isodow FROM day) < 6)
      AND (day + timetable.due_days_later * interval '1 day' + timetable.due_time::time)
          AT TIME ZONE 'Asia/Kolkata' <= at
$$;
COMMENT ON FUNCTION etl.due_content IS 'The newest date whose content a feed should have at a time; NULL: it has no times.';

CREATE FUNCTION etl.freshness_at(at timestamptz)
RETURNS TABLE (
    dataset text, feed text, newest_content date, due_content date, due_share numeric, status text,
    last_success timestamptz, last_failure timestamptz, last_failure_reason text
)
LANGUAGE sql STABLE
AS $$
    WITH due AS (
        SELECT timetable.dataset, timetable.feed,
               etl.due_content(timetable.feed, at) AS due_content
        FROM etl.timetable AS timetable
    ),
    listed AS (
        SELECT latest.nav_date,
               max(latest.nav_date) FILTER (WHERE latest.nav_date <= (at AT TIME ZONE 'Asia/Kolkata')::date)
                   OVER () AS newest
        FROM market.nav_latest AS latest
        JOIN market.scheme AS scheme USING (scheme_code)
        WHERE scheme.vanished_at IS NULL
    ),
    -- A scheme is due when it is listed and had a NAV in the 30 days before the newest: dead ones are not waited for.
    live AS (SELECT nav_date, newest FROM listed WHERE nav_date > newest - 30)
    SELECT due.dataset, due.feed, share.newest, due.due_content, round(share.due_share, 4),
           CASE WHEN share.newest IS NULL THEN 'empty'
                WHEN share.due_share >= 0.95 THEN 'fresh'
                ELSE 'late' END,
           (SELECT max(run.finished_at) FROM etl.run AS run
            WHERE run.feed = due.feed AND run.status IN ('success', 'repeat') AND run.finished_at <= at),
           failure.finished_at, failure.error
    FROM due
    CROSS JOIN LATERAL (
        SELECT max(live.newest) AS newest,
               count(*) FILTER (WHERE live.nav_date >= due.due_content)::numeric / nullif(count(*), 0) AS due_share
        FROM live
    ) AS share
    LEFT JOIN LATERAL (
        SELECT run.finished_at, run.error FROM etl.run AS run
        WHERE run.feed = due.feed AND run.error IS NOT NULL AND run.finished_at <= at
        ORDER BY run.started_at DESC LIMIT 1
    ) AS failure ON true
$$;
COMMENT ON FUNCTION etl.freshness_at IS
    'How fresh what the tables hold now is when judged by a time: newest content, what was due then, the share that has it.';

CREATE VIEW etl.freshness AS SELECT * FROM etl.freshness_at(now());
COMMENT ON VIEW etl.freshness IS 'How fresh each feed is now: fresh, late or empty.';
COMMENT ON COLUMN etl.freshness.dataset IS 'Data set.';
COMMENT ON COLUMN etl.freshness.feed IS 'Source and feed.';
COMMENT ON COLUMN etl.freshness.newest_content IS 'Newest date in the tables; dates in the future do not count.';
COMMENT ON COLUMN etl.freshness.due_content IS 'Newest date whose content is due by now.';
COMMENT ON COLUMN etl.freshness.due_share IS 'Share of the live schemes that have that date (0 to 1); NULL when empty.';
COMMENT ON COLUMN etl.freshness.status IS 'fresh: at least 95% have it; late: fewer; empty: nothing is there.';
COMMENT ON COLUMN etl.freshness.last_success IS 'End of the last run that loaded or confirmed the feed; NULL: none.';
COMMENT ON COLUMN etl.freshness.last_failure IS 'End of the last run that failed; NULL: none.';
COMMENT ON COLUMN etl.freshness.last_failure_reason IS 'What that run said; NULL: none failed.';
