-- Schedules: how long a slot is tried, since when each firing stands, what is paused, and who is at which slot.

ALTER TABLE etl.timetable
    ADD COLUMN days_back SMALLINT[] DEFAULT '{}' NOT NULL,
    ADD COLUMN slots TEXT DEFAULT 'instant' NOT NULL
        CONSTRAINT ck_timetable_slots CHECK (slots IN ('instant', 'day', 'window')),
    ADD COLUMN window_days SMALLINT DEFAULT 0 NOT NULL,
    ADD COLUMN try_every_min INTEGER DEFAULT 15 NOT NULL,
    ADD COLUMN try_for_min INTEGER DEFAULT 120 NOT NULL,
    ADD COLUMN catch_up_days SMALLINT DEFAULT 7 NOT NULL;
COMMENT ON COLUMN etl.timetable.days_back IS 'Of each of fires: days between the content that it asks for and the day on which it fires, at least.';
COMMENT ON COLUMN etl.timetable.slots IS 'What a slot is: instant, what is there at the scheduled time; day, the session that is due; window, days of history.';
COMMENT ON COLUMN etl.timetable.window_days IS 'Days of a window; 0: a slot is none.';
COMMENT ON COLUMN etl.timetable.try_every_min IS 'Minutes after which an open slot is tried again.';
COMMENT ON COLUMN etl.timetable.try_for_min IS 'Minutes after a firing for which an open slot is tried again.';
COMMENT ON COLUMN etl.timetable.catch_up_days IS 'Days within which a slot that was missed is made good; an older one is recorded as missed.';

CREATE TABLE etl.firing (
    feed TEXT NOT NULL,
    cron TEXT NOT NULL,
    days_back SMALLINT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_firing PRIMARY KEY (feed, cron, days_back, since)
);
CREATE UNIQUE INDEX uq_firing_standing ON etl.firing (feed, cron, days_back) WHERE until IS NULL;
COMMENT ON TABLE etl.firing IS 'Every firing that stands or stood in the timetable: what is missed is counted from these.';
COMMENT ON COLUMN etl.firing.feed IS 'Source and feed (amfi.latest).';
COMMENT ON COLUMN etl.firing.cron IS 'When it fires: a cron line in Asia/Kolkata, days by name.';
COMMENT ON COLUMN etl.firing.days_back IS 'Days between the content that it asks for and the day on which it fires, at least.';
COMMENT ON COLUMN etl.firing.since IS 'From when on it stood in the timetable: what it would have asked for before is not missed.';
COMMENT ON COLUMN etl.firing.until IS 'When it was taken out of the timetable; NULL while it stands.';

CREATE TABLE etl.pause (
    feed TEXT NOT NULL,
    paused_at TIMESTAMP WITH TIME ZONE NOT NULL,
    paused_by TEXT NOT NULL,
    reason TEXT,
    CONSTRAINT pk_pause PRIMARY KEY (feed)
);
COMMENT ON TABLE etl.pause IS 'Feeds that are paused: `munim schedules pause` and `unpause` write it. What a person asks for is run.';
COMMENT ON COLUMN etl.pause.feed IS 'Feed that does not run by itself now.';
COMMENT ON COLUMN etl.pause.paused_at IS 'Since when.';
COMMENT ON COLUMN etl.pause.paused_by IS 'Who paused it.';
COMMENT ON COLUMN etl.pause.reason IS 'Why; NULL: it was not said.';

CREATE UNIQUE INDEX uq_run_missed_slot ON etl.run (dataset, feed, slot) WHERE status = 'missed';

-- A claim is an advisory lock of the holder's connection, whose name says what it is at: see loaders/report.py.
CREATE VIEW etl.claim AS
SELECT substr(activity.application_name, length('munim ') + 1) AS slot, held.pid,
       coalesce(activity.client_hostname, host(activity.client_addr)) AS host,
       activity.backend_start AS since, NOT held.granted AS waiting
FROM pg_locks AS held
JOIN pg_stat_activity AS activity ON activity.pid = held.pid
WHERE held.locktype = 'advisory' AND held.objsubid = 2
  AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND held.classid = (hashtext('munim slot')::bigint & 4294967295)::oid;
COMMENT ON VIEW etl.claim IS 'The slots that a process is at now, or waits for: the claim ends with the connection.';
COMMENT ON COLUMN etl.claim.slot IS 'Feed and slot; NULL or blank: your role may not see the sessions of others.';
COMMENT ON COLUMN etl.claim.pid IS 'The server''s process of the connection: pg_terminate_backend ends it, and with it the claim.';
COMMENT ON COLUMN etl.claim.host IS 'Machine that holds it; NULL: this one, or your role may not see it.';
COMMENT ON COLUMN etl.claim.since IS 'When the connection was opened, just before the claim.';
COMMENT ON COLUMN etl.claim.waiting IS 'True: it waits for the process that holds the slot.';

CREATE FUNCTION etl.fires_on(of_days text, of_day date) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT of_days = '*' OR EXISTS (
        SELECT FROM string_to_table(of_days, ',') AS part
        WHERE extract(isodow FROM of_day) BETWEEN
            array_position('{mon,tue,wed,thu,fri,sat,sun}'::text[], split_part(part, '-', 1)) AND
            array_position('{mon,tue,wed,thu,fri,sat,sun}'::text[],
                           CASE WHEN part LIKE '%-%' THEN split_part(part, '-', 2) ELSE part END)
    )
$$;
COMMENT ON FUNCTION etl.fires_on IS 'Whether a cron line''s days by name (*, mon-fri, sat,sun) have a day.';

CREATE FUNCTION etl.next_firings(at timestamptz)
RETURNS TABLE (dataset text, feed text, fires_at timestamptz, slot text, paused boolean)
LANGUAGE sql STABLE
AS $$
    WITH next AS (
        SELECT DISTINCT ON (firing.feed) firing.feed, firing.days_back, day::date AS day,
               (day + make_time(split_part(firing.cron, ' ', 2)::integer, split_part(firing.cron, ' ', 1)::integer, 0))
                   AT TIME ZONE 'Asia/Kolkata' AS fires_at
        FROM etl.firing AS firing
        -- Without a time zone, so that the days are India's whatever the session's time zone is.
        CROSS JOIN generate_series(date_trunc('day', at AT TIME ZONE 'Asia/Kolkata'),
                                   date_trunc('day', at AT TIME ZONE 'Asia/Kolkata') + interval '7 days',
                                   interval '1 day') AS day
        WHERE firing.until IS NULL AND etl.fires_on(split_part(firing.cron, ' ', 5), day::date)
          AND (day + make_time(split_part(firing.cron, ' ', 2)::integer, split_part(firing.cron, ' ', 1)::integer, 0))
              AT TIME ZONE 'Asia/Kolkata' > at
        ORDER BY firing.feed, fires_at
    )
    SELECT timetable.dataset, timetable.feed, next.fires_at,
           CASE timetable.slots
               WHEN 'instant' THEN to_char(next.fires_at AT TIME ZONE 'Asia/Kolkata', 'YYYY-MM-DD"T"HH24:MI:SS"+05:30"')
               WHEN 'window' THEN (next.day - next.days_back - timetable.window_days + 1)::text || '..'
                                  || (next.day - next.days_back)::text
               ELSE (SELECT max(calendar.day)::text
                     FROM etl.calendar('NSE', next.day - next.days_back - 15, next.day - next.days_back) AS calendar
                     WHERE CASE timetable.calendar
                               WHEN 'nse_sessions' THEN calendar.standing <> 'closed'
                               WHEN 'nse_settlement' THEN calendar.standing <> 'closed' AND calendar.settles IS NOT false
                               WHEN 'weekdays' THEN extract(isodow FROM calendar.day) < 6
                               ELSE true
                           END)
           END,
           EXISTS (SELECT FROM etl.pause WHERE pause.feed = timetable.feed)
    FROM etl.timetable AS timetable
    JOIN next ON next.feed = timetable.feed
    ORDER BY next.fires_at, timetable.feed
$$;
COMMENT ON FUNCTION etl.next_firings IS
    'When each feed is to run next after a time, which slot that is by what the calendar says now, and whether it is paused.';
