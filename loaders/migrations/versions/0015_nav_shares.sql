-- The freshness of NAVs, judged by one look at the days that count: they were read four times over for one answer.

ALTER FUNCTION etl.nav_share_at(timestamptz, date) RENAME TO nav_share_of_schemes;
COMMENT ON FUNCTION etl.nav_share_of_schemes IS
    'The same as etl.nav_shares_at, by the names of the schemes that are due: for days of long before, or yet to come.';

CREATE FUNCTION etl.nav_shares_at(at timestamptz, of_days date[]) RETURNS TABLE (of_day date, share numeric)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    today date := (at AT TIME ZONE 'Asia/Kolkata')::date;
    first_asked date := (SELECT min(day) FROM unnest(of_days) AS asked (day));
    last_asked date := (SELECT max(day) FROM unnest(of_days) AS asked (day));
    -- As in etl.due_schemes_at: the last 20 of these before a day are its due days.
    open_days date[];
    due_days date[];
    first date;
    -- What has a NAV is a number: bit 0 for one of a day to come, 1 for one of today, 2 of yesterday, and so on.
    is_listed CONSTANT bigint := 1::bigint << 62;
    is_slow CONSTANT bigint := 1::bigint << 61;
    longest CONSTANT integer := 59;
    patterns bigint[];
    counts bigint[];
    due_bits bigint;
    live_bits bigint;
    live bigint;
    with_slow boolean;
BEGIN
    IF first_asked IS NULL THEN
        RETURN;
    END IF;
    open_days := ARRAY(
        SELECT calendar.day FROM etl.calendar('NSE', first_asked - 45, last_asked - 1) AS calendar
        WHERE calendar.standing <> 'closed' ORDER BY calendar.day DESC
    );
    SELECT least(first_asked - 29, min(due.day)) INTO first
    FROM (SELECT day FROM unnest(open_days) AS open (day) WHERE day < first_asked LIMIT 20) AS due;
    IF today - first > longest OR last_asked > today + 1 THEN
        RETURN QUERY SELECT asked.day, etl.nav_share_of_schemes(at, asked.day)
                     FROM unnest(of_days) AS asked (day) WHERE asked.day IS NOT NULL;
        RETURN;
    END IF;
    -- Most schemes have the same days as thousands of others: of each pattern it is counted how many have it.
    SELECT array_agg(scheme.bits), array_agg(scheme.count) INTO patterns, counts
    FROM (
        SELECT held.bits | CASE WHEN scheme.scheme_code IS NULL THEN 0 WHEN slow.scheme_code IS NULL THEN is_listed
                                ELSE is_listed | is_slow END AS bits,
               count(*) AS count
        FROM (
            SELECT nav.scheme_code, bit_or(1::bigint << greatest(today - nav.nav_date + 1, 0)) AS bits
            FROM market.nav AS nav WHERE nav.nav_date >= first GROUP BY nav.scheme_code
        ) AS held
        LEFT JOIN market.scheme AS scheme ON scheme.scheme_code = held.scheme_code AND scheme.vanished_at IS NULL
        LEFT JOIN etl.slow_scheme AS slow ON slow.scheme_code = held.scheme_code
        GROUP BY 1
    ) AS scheme;
    FOREACH of_day IN ARRAY array_remove(of_days, NULL) LOOP
        -- The file that has slow ones is fetched at 11:00; a quarter of an hour later it is in.
        with_slow := at >= (of_day + 1 + time '11:15') AT TIME ZONE 'Asia/Kolkata';
        due_days := ARRAY(
            SELECT day FROM unnest(open_days) AS open (day) WHERE day BETWEEN of_day - 45 AND of_day - 1 LIMIT 20
        );
        -- Dead schemes are not waited for: live is what is listed and had a NAV in the 30 days before.
        live_bits := (2::bigint << (today - of_day + 30)) - 1;
        SELECT coalesce(sum(count) FILTER (WHERE bits & is_listed <> 0 AND bits & live_bits <> 0), 0)
        INTO live FROM unnest(patterns, counts) AS scheme (bits, count);
        -- A day of which few of the live schemes have a value was never loaded.
        SELECT bit_or(loaded.bit) INTO due_bits
        FROM (
            SELECT day.bit FROM unnest(patterns, counts) AS scheme (bits, count)
            CROSS JOIN (SELECT 1::bigint << (today - due.day + 1) AS bit FROM unnest(due_days) AS due (day)) AS day
            WHERE scheme.bits & day.bit <> 0
            GROUP BY day.bit HAVING sum(scheme.count) >= live / 2.0
        ) AS loaded;
        -- Due is what published on most of these days; without a past what is live.
        SELECT coalesce(sum(count) FILTER (
                   WHERE bits & ((2::bigint << greatest(today - of_day + 1, 0)) - 2) <> 0
               ), 0) / nullif(sum(count), 0)
        INTO share
        FROM unnest(patterns, counts) AS scheme (bits, count)
        WHERE bits & is_listed <> 0 AND (with_slow OR bits & is_slow = 0)
          AND CASE WHEN due_bits IS NULL THEN bits & live_bits <> 0
                   ELSE 2 * bit_count((bits & due_bits)::bit(64)) > bit_count(due_bits::bit(64)) END;
        RETURN NEXT;
    END LOOP;
END
$$;
COMMENT ON FUNCTION etl.nav_shares_at IS
    'Of some days the share of the schemes due by a time (etl.due_schemes_at) that have the NAV of the day, or a later one; NULL: none is due.';

CREATE FUNCTION etl.nav_share_at(at timestamptz, of_day date) RETURNS numeric
LANGUAGE sql STABLE
AS $$
    SELECT shares.share FROM etl.nav_shares_at(at, ARRAY[of_day]) AS shares
$$;
COMMENT ON FUNCTION etl.nav_share_at IS 'The share of the schemes that are due by a time that have the NAV of a day, or a later one; NULL: none is due.';

CREATE OR REPLACE FUNCTION etl.freshness_at(at timestamptz)
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
    -- The day before that was due just before this one.
    dated AS (
        SELECT due.*, was.was_due_at,
               etl.due_content(due.feed, was.was_due_at - interval '1 microsecond') AS earlier_day
        FROM due
        CROSS JOIN LATERAL (SELECT etl.due_at(due.feed, due.due_day) AS was_due_at OFFSET 0) AS was
    ),
    held AS (
        SELECT due.*, nav.is_by_share, nav.share, nav.awaited_share, nav.earlier_share, gaps.gaps
        FROM dated AS due
        CROSS JOIN LATERAL (
            -- Of NAVs, whose days are dear, the days are looked at once for all that is asked of them.
            SELECT due.dataset = 'nav' AND due.slots = 'instant' AS is_by_share,
                   max(shares.share) FILTER (WHERE shares.of_day = due.due_day) AS share,
                   max(shares.share) FILTER (WHERE shares.of_day = due.awaited_day) AS awaited_share,
                   max(shares.share) FILTER (WHERE shares.of_day = due.earlier_day) AS earlier_share
            FROM etl.nav_shares_at(
                at, CASE WHEN due.dataset = 'nav' AND due.slots = 'instant'
                         THEN ARRAY[due.due_day, due.awaited_day, due.earlier_day] ELSE '{}' END
            ) AS shares
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
                                   AND NOT coalesce(CASE WHEN held.is_by_share THEN held.awaited_share >= 0.95
                                                         ELSE held.newest >= held.awaited_day END, false)
                              THEN 'due' ELSE 'fresh' END
                WHEN NOT coalesce(CASE WHEN held.is_by_share THEN held.earlier_share >= 0.95
                                       ELSE held.newest >= held.earlier_day END, false) THEN 'stale'
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
