-- Schedules: how long a slot is tried, since when each firing stands, what is paused, and who is at which slot.

ALTER TABLE etl.timetable
    ADD COLUMN days_back SMALLINT[] DEFAULT '{}' NOT NULL,
    ADD COLUMN slots TEXT DEFAULT 'instant' NOT NULL
        CONSTRAINT ck_timetable_slots CHECK (slots IN ('instant', 'day', 'window')),
    ADD COLUMN try_every_min INTEGER DEFAULT 15 NOT NULL,
    ADD COLUMN try_for_min INTEGER DEFAULT 120 NOT NULL,
    ADD COLUMN catch_up_days SMALLINT DEFAULT 7 NOT NULL;
COMMENT ON COLUMN etl.timetable.days_back IS 'Of each of fires: days between the content that it asks for and the day on which it fires, at least.';
COMMENT ON COLUMN etl.timetable.slots IS 'What a slot is: instant, what is there at the scheduled time; day, the session that is due; window, days of history.';
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
