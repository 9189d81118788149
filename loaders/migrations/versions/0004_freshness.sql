-- Freshness: what is awaited, what is due, what is late; of NAVs by the schemes that are due.

CREATE FUNCTION etl.newest_day(of_calendar text, at timestamptz, days_later integer, of_time time) RETURNS date
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    newest date := (at AT TIME ZONE 'Asia/Kolkata')::date - days_later;
BEGIN
    IF (newest + days_later + of_time) AT TIME ZONE 'Asia/Kolkata' > at THEN
        newest := newest - 1;
    END IF;
    IF of_calendar IN ('daily', 'fetch') THEN
        RETURN newest;
    ELSIF of_calendar = 'weekdays' THEN
        RETURN newest - greatest(extract(isodow FROM newest)::integer - 5, 0);
    END IF;
    -- A day of which nobody knows whether it is a session is taken for one: then what is missing is said to be late,
    -- rather than what is late to be there. Most days are plain: no list names them, and a look tells. A load asks this.
    FOR back IN 0..30 LOOP
        IF extract(isodow FROM newest - back) < 6 AND NOT EXISTS (
            SELECT FROM market.holiday WHERE exchange = 'NSE' AND holiday_date = newest - back
        ) THEN
            RETURN newest - back;
        END IF;
        IF EXISTS (
            SELECT FROM etl.calendar('NSE', newest - back, newest - back) AS calendar
            WHERE calendar.standing <> 'closed'
              AND (of_calendar <> 'nse_settlement' OR calendar.settles IS NOT false)
        ) THEN
            RETURN newest - back;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION etl.newest_day IS
    'The newest day with content, by a calendar of the timetable, that was so many days before a time, and so late in its day.';

CREATE OR REPLACE FUNCTION etl.due_content(of_feed text, at timestamptz) RETURNS date
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    entry etl.timetable;
BEGIN
    SELECT * INTO entry FROM etl.timetable WHERE feed = of_feed;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN etl.newest_day(entry.calendar, at, entry.due_days_later, entry.due_time::time);
END
$$;

CREATE FUNCTION etl.awaited_content(of_feed text, at timestamptz) RETURNS date
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    first record;
    of_calendar text;
BEGIN
    SELECT timetable.calendar, fire.days_back,
           make_time(split_part(fire.cron, ' ', 2)::integer, split_part(fire.cron, ' ', 1)::integer, 0) AS fires_at
    INTO first
    FROM etl.timetable AS timetable, unnest(timetable.fires, timetable.days_back) AS fire (cron, days_back)
    WHERE timetable.feed = of_feed
    ORDER BY fire.days_back, fires_at LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN etl.newest_day(first.calendar, at, first.days_back, first.fires_at);
END
$$;
COMMENT ON FUNCTION etl.awaited_content IS
    'The newest date whose content a feed has been asked for by a time: its first firing has been. It is due later.';

CREATE FUNCTION etl.due_at(of_feed text, of_day date) RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
    SELECT (of_day + due_days_later + due_time::time) AT TIME ZONE 'Asia/Kolkata' FROM etl.timetable WHERE feed = of_feed
$$;
COMMENT ON FUNCTION etl.due_at IS 'By when a day''s content of a feed is due.';

DROP VIEW etl.freshness;
DROP FUNCTION etl.freshness_at;
DROP FUNCTION etl.nav_share_at;

CREATE VIEW etl.nav_newest AS
SELECT newest.scheme_code, newest.nav_date
FROM (
    -- OFFSET 0 twice, as in market.nav_latest: the bytes are fetched once, and go with no row.
    SELECT kept.scheme_code COLLATE "C" AS scheme_code,
           date '1970-01-01' + etl.int4_at(block.nav_date, kept.place - 1) AS nav_date
    FROM (SELECT scheme_code || '' AS scheme_code, nav_date || ''::bytea AS nav_date
          FROM etl.nav_latest_block WHERE scheme_code <> '' OFFSET 0) AS block
    CROSS JOIN LATERAL unnest(string_to_array(block.scheme_code, E'\n')) WITH ORDINALITY AS kept (scheme_code, place)
    OFFSET 0
) AS newest
JOIN market.scheme AS scheme ON scheme.scheme_code = newest.scheme_code
WHERE scheme.vanished_at IS NULL;
COMMENT ON VIEW etl.nav_newest IS 'The newest day of each scheme that is listed.';
COMMENT ON COLUMN etl.nav_newest.scheme_code IS 'AMFI''s code of the scheme.';
COMMENT ON COLUMN etl.nav_newest.nav_date IS 'Its newest day; it may be one that is to come.';

-- Schemes that wait for other markets, for metals, or for the funds that they hold. On 2026-08-20 at 08:05 59% of them
-- had the NAV of the day before, and 98.0% of all others.
CREATE VIEW etl.slow_scheme AS
SELECT scheme_code FROM market.scheme
WHERE asset_class = 'fof' OR sub_category IN ('gold_etf', 'silver_etf', 'overseas_etf', 'multi_asset_allocation');
COMMENT ON VIEW etl.slow_scheme IS 'Commodity and overseas funds, and funds of funds: their NAV is due at 11:00 of the next day, an hour after the others.';
COMMENT ON COLUMN etl.slow_scheme.scheme_code IS 'AMFI''s code of the scheme.';

CREATE FUNCTION etl.due_schemes_at(at timestamptz, of_day date) RETURNS TABLE (scheme_code text)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    -- The file that has them is fetched at 11:00; a quarter of an hour later it is in.
    with_slow boolean := at >= (of_day + 1 + time '11:15') AT TIME ZONE 'Asia/Kolkata';
    counts integer[];
    days date[];
BEGIN
    -- The last 20 due days, as far as the table has them.
    SELECT array_agg(held.nav_date), array_agg(held.count) INTO days, counts
    FROM (
        SELECT nav.nav_date, count(*)::integer AS count FROM market.nav AS nav
        WHERE nav.nav_date BETWEEN of_day - 45 AND of_day - 1 AND nav.nav_date IN (
            SELECT calendar.day FROM etl.calendar('NSE', of_day - 45, of_day - 1) AS calendar
            WHERE calendar.standing <> 'closed' ORDER BY calendar.day DESC LIMIT 20
        )
        GROUP BY nav.nav_date
    ) AS held;
    -- A day of which few of the live schemes have a value was never loaded. Where all days have half of those that are
    -- listed, none of these has to be looked at.
    IF EXISTS (
        SELECT FROM unnest(counts) AS count
        WHERE count < (SELECT count(*) FROM market.scheme AS scheme WHERE scheme.vanished_at IS NULL) / 2.0
    ) THEN
        SELECT array_agg(held.nav_date) INTO days
        FROM unnest(days, counts) AS held (nav_date, count)
        WHERE held.count >= (SELECT count(*) FROM etl.nav_newest AS newest WHERE newest.nav_date > of_day - 30) / 2.0;
    END IF;
    IF days IS NULL THEN
        -- Without a past a scheme is due when it had a NAV in the 30 days before: dead ones are not waited for.
        RETURN QUERY
            SELECT newest.scheme_code FROM etl.nav_newest AS newest
            WHERE newest.nav_date > of_day - 30
              AND (with_slow OR newest.scheme_code NOT IN (SELECT slow.scheme_code FROM etl.slow_scheme AS slow));
        RETURN;
    END IF;
    RETURN QUERY
        SELECT scheme.scheme_code FROM market.scheme AS scheme
        JOIN (
            SELECT nav.scheme_code FROM market.nav AS nav
            WHERE nav.nav_date = ANY (days) AND nav.nav_date BETWEEN of_day - 45 AND of_day - 1
            GROUP BY nav.scheme_code HAVING count(*) > cardinality(days) / 2.0
        ) AS regular USING (scheme_code)
        WHERE scheme.vanished_at IS NULL
          AND (with_slow OR scheme.scheme_code NOT IN (SELECT slow.scheme_code FROM etl.slow_scheme AS slow));
END
$$;
COMMENT ON FUNCTION etl.due_schemes_at IS
    'The schemes whose NAV of a day is due by a time: listed ones that published on most of the last 20 due days.';

CREATE FUNCTION etl.nav_share_at(at timestamptz, of_day date) RETURNS numeric
LANGUAGE sql STABLE
AS $$
    SELECT count(there.scheme_code)::numeric / nullif(count(*), 0)
    FROM etl.due_schemes_at(at, of_day) AS due
    LEFT JOIN (
        SELECT DISTINCT nav.scheme_code FROM market.nav AS nav
        -- A date that is still to come is none of that day's.
        WHERE nav.nav_date BETWEEN of_day AND (at AT TIME ZONE 'Asia/Kolkata')::date
    ) AS there USING (scheme_code)
$$;
COMMENT ON FUNCTION etl.nav_share_at IS 'The share of the schemes that are due by a time that have the NAV of a day, or a later one; NULL: none is due.';

CREATE FUNCTION etl.newest_content_at(of_feed text, at timestamptz) RETURNS date
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    entry etl.timetable;
    today date := (at AT TIME ZONE 'Asia/Kolkata')::date;
BEGIN
    SELECT * INTO entry FROM etl.timetable WHERE feed = of_feed;
    IF entry.slots = 'window' THEN
        -- By what was read, not by when: an old window that is read today is none of the last days.
        RETURN (SELECT max(content_to) FROM etl.payload
                WHERE payload.feed = of_feed AND fetched_at <= at AND content_to <= today);
    ELSIF entry.dataset = 'nav' THEN
        RETURN (SELECT max(nav_date) FROM market.nav WHERE nav_date <= today);
    ELSIF entry.calendar = 'fetch' THEN
        -- By what was asked for: days gone by that are looked at today are no look at today's list.
        RETURN (SELECT max(least((fetched_at AT TIME ZONE 'Asia/Kolkata')::date,
                                 substring(slot FROM '^(?:\d{4}-\d\d-\d\d\.\.)?(\d{4}-\d\d-\d\d)$')::date))
                FROM etl.payload WHERE payload.feed = of_feed AND fetched_at <= at);
    END IF;
    RETURN (SELECT max(feed_day.day) FROM etl.feed_day WHERE feed_day.feed = of_feed AND feed_day.day <= today);
END
$$;
COMMENT ON FUNCTION etl.newest_content_at IS
    'The newest date of which a feed has content, dates that are to come left out; of a list that is only looked at: the day of the last look at it.';

CREATE FUNCTION etl.has_content_at(of_feed text, at timestamptz, of_day date) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN timetable.dataset = 'nav' AND timetable.slots = 'instant'
                THEN coalesce(etl.nav_share_at(at, of_day) >= 0.95, false)
                ELSE coalesce(etl.newest_content_at(of_feed, at) >= of_day, false) END
    FROM etl.timetable AS timetable WHERE timetable.feed = of_feed
$$;
COMMENT ON FUNCTION etl.has_content_at IS
    'Whether a day''s content, or a later one''s, is there: of NAVs, for at least 95% of the schemes that are due by a time.';

CREATE FUNCTION etl.freshness_at(at timestamptz)
RETURNS TABLE (
    dataset text, feed text, newest_content date, due_content date, due_at timestamptz, due_share numeric, gaps integer,
    status text, last_success timestamptz, last_failure timestamptz, last_failure_reason text
)
LANGUAGE sql STABLE
AS $$
    -- Each is asked once a feed, and of the feeds that are asked for alone: OFFSET 0 keeps what is asked in its place,
    -- where it would be asked again wherever its answer is used.
    WITH due AS (
        SELECT timetable.*, asked.newest, asked.due_day, asked.awaited_day
        FROM etl.timetable AS timetable
        CROSS JOIN LATERAL (
            SELECT etl.newest_content_at(timetable.feed, at) AS newest,
                   etl.due_content(timetable.feed, at) AS due_day,
                   etl.awaited_content(timetable.feed, at) AS awaited_day
            OFFSET 0
        ) AS asked
    ),
    held AS (
        SELECT due.*, etl.due_at(due.feed, due.due_day) AS was_due_at, nav.share, gaps.gaps
        FROM due
        CROSS JOIN LATERAL (
            SELECT CASE WHEN due.dataset = 'nav' AND due.slots = 'instant'
                        THEN etl.nav_share_at(at, due.due_day) END AS share
            OFFSET 0
        ) AS nav
        LEFT JOIN LATERAL (
            SELECT count(*)::integer AS gaps FROM etl.gaps_at(due.feed, at)
        ) AS gaps ON due.slots = 'day'
    )
    SELECT held.dataset, held.feed, held.newest, held.due_day, held.was_due_at, round(held.share, 4), held.gaps,
           CASE -- A re-read that was not in the timetable yet when it would have been due.
                WHEN held.newest IS NULL AND held.slots = 'window' AND held.was_due_at < (
                         SELECT min(firing.since) FROM etl.firing AS firing WHERE firing.feed = held.feed
                     ) THEN 'due'
                WHEN held.newest IS NULL THEN 'empty'
                WHEN held.due_day IS NULL OR coalesce(held.share >= 0.95, held.newest >= held.due_day)
                    THEN CASE WHEN held.awaited_day > held.due_day
                                   AND NOT etl.has_content_at(held.feed, at, held.awaited_day)
                              THEN 'due' ELSE 'fresh' END
                -- The day before that was due just before this one.
                WHEN NOT etl.has_content_at(
                         held.feed, at, etl.due_content(held.feed, held.was_due_at - interval '1 microsecond')
                     ) THEN 'stale'
                WHEN at < held.was_due_at + held.try_every_min * interval '1 minute' THEN 'due'
                ELSE 'late' END,
           (SELECT max(run.finished_at) FROM etl.run AS run
            WHERE run.feed = held.feed AND run.status IN ('success', 'repeat') AND run.finished_at <= at),
           failure.finished_at, failure.error
    FROM held
    LEFT JOIN LATERAL (
        SELECT run.finished_at, run.error FROM etl.run AS run
        WHERE run.feed = held.feed AND run.error IS NOT NULL AND run.finished_at <= at
        ORDER BY run.started_at DESC LIMIT 1
    ) AS failure ON true
$$;
COMMENT ON FUNCTION etl.freshness_at IS
    'How fresh what the tables hold now is when judged by a time: newest content, what was due then, whether it is there.';

CREATE VIEW etl.freshness AS SELECT * FROM etl.freshness_at(now());
COMMENT ON VIEW etl.freshness IS 'How fresh each feed is now: fresh, due, late, stale or empty.';
COMMENT ON COLUMN etl.freshness.dataset IS 'Data set.';
COMMENT ON COLUMN etl.freshness.feed IS 'Source and feed.';
COMMENT ON COLUMN etl.freshness.newest_content IS 'Newest date in the tables; dates in the future do not count. Of a list that is only looked at: the day of the last look.';
COMMENT ON COLUMN etl.freshness.due_content IS 'Newest date whose content is due by now.';
COMMENT ON COLUMN etl.freshness.due_at IS 'By when it was due.';
COMMENT ON COLUMN etl.freshness.due_share IS 'Share of the schemes that are due that have that date (0 to 1); NULL: empty, or no NAVs.';
COMMENT ON COLUMN etl.freshness.gaps IS 'Days since the first one that are due and have no content: `munim gaps` lists them; NULL: the feed has no such days.';
COMMENT ON COLUMN etl.freshness.status IS 'fresh: what is due is there (of NAVs, for at least 95% of the schemes); due: so is that, and the next day''s is awaited, or its time was over a moment ago; late: it is not; stale: the day before it is not there either; empty: nothing is.';
COMMENT ON COLUMN etl.freshness.last_success IS 'End of the last run that loaded or confirmed the feed; NULL: none.';
COMMENT ON COLUMN etl.freshness.last_failure IS 'End of the last run that failed; NULL: none.';
COMMENT ON COLUMN etl.freshness.last_failure_reason IS 'What that run said; NULL: none failed.';
