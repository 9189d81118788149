-- A process that has a row in mind asks for its version alone.
ALTER TABLE etl.nav_latest_packed ADD COLUMN version uuid NOT NULL DEFAULT gen_random_uuid();
COMMENT ON COLUMN etl.nav_latest_packed.version IS 'Made up anew whenever the row is written: who has it in mind need not read it.';

-- Saturdays and Sundays are mostly plain too: one that no list of sessions names is closed. A load asks this.
CREATE OR REPLACE FUNCTION etl.newest_day(of_calendar text, at timestamptz, days_later integer, of_time time) RETURNS date
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
        IF extract(isodow FROM newest - back) > 5 THEN
            CONTINUE WHEN NOT EXISTS (
                SELECT FROM etl.proven_session WHERE exchange = 'NSE' AND session_date = newest - back
            );
        ELSIF NOT EXISTS (
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
