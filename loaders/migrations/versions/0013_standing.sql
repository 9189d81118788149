-- What a judged freshness holds for: the NAVs and schemes that it was judged by, and the time until it would be another.

CREATE TABLE etl.nav_keys (
    one SMALLINT NOT NULL DEFAULT 1,
    changed_in BIGINT NOT NULL,
    CONSTRAINT pk_nav_keys PRIMARY KEY (one),
    CONSTRAINT ck_nav_keys_one CHECK (one = 1)
);
INSERT INTO etl.nav_keys (changed_in) VALUES (pg_current_xact_id()::text::bigint);
COMMENT ON TABLE etl.nav_keys IS 'When it last changed of which schemes there is a NAV of which day, or what the schemes are: what the freshness of NAVs is judged by. A restated value does not count; a migration, which writes the timetable, does.';
COMMENT ON COLUMN etl.nav_keys.one IS 'Always 1.';
COMMENT ON COLUMN etl.nav_keys.changed_in IS 'Number of the transaction that changed it last.';

CREATE INDEX ix_payload_not_nav ON etl.payload (payload_id) WHERE dataset <> 'nav';

CREATE FUNCTION etl.judged_until(of_feed text, at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
    -- All of these are times of the day in India; 11:15 is that of `etl.due_schemes_at`.
    SELECT min((day::date + turn.clock) AT TIME ZONE 'Asia/Kolkata')
    FROM etl.timetable AS timetable
    CROSS JOIN LATERAL (
        SELECT unnest(ARRAY['00:00', '11:15', timetable.due_time::time,
                            timetable.due_time::time + timetable.try_every_min * interval '1 minute']::time[]) AS clock
        UNION ALL
        SELECT make_time(split_part(cron, ' ', 2)::integer, split_part(cron, ' ', 1)::integer, 0)
        FROM unnest(timetable.fires) AS cron
    ) AS turn
    CROSS JOIN generate_series((at AT TIME ZONE 'Asia/Kolkata')::date::timestamp,
                               (at AT TIME ZONE 'Asia/Kolkata')::date + interval '1 day', interval '1 day') AS day
    WHERE timetable.feed = of_feed AND (day::date + turn.clock) AT TIME ZONE 'Asia/Kolkata' > at
$$;
COMMENT ON FUNCTION etl.judged_until IS
    'The next instant at which a feed''s freshness may be another though nothing is loaded: a midnight, a firing, a due time, or the one at which what is awaited counts as late.';
