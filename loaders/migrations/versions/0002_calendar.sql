-- What is a session: the SQL of munim/core/calendar.py, for freshness, agents and anybody who reads the tables.

-- A value that is none of these would be due on no day, and nothing would ever be late.
ALTER TABLE etl.timetable ADD CONSTRAINT ck_timetable_calendar
    CHECK (calendar IN ('daily', 'weekdays', 'nse_sessions', 'nse_settlement', 'fetch'));

-- The days that are proven, whichever table proves them: another one is a UNION ALL here, and nothing else changes.
CREATE VIEW etl.proven_session AS
SELECT exchange, session_date, proof, payload_id, recorded_at FROM market.listed_session;
COMMENT ON VIEW etl.proven_session IS 'Days that really traded, proven by content.';
COMMENT ON COLUMN etl.proven_session.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN etl.proven_session.session_date IS 'Day that traded (Asia/Kolkata).';
COMMENT ON COLUMN etl.proven_session.proof IS 'What proves it: bhavcopy, or list for a list of trading days.';
COMMENT ON COLUMN etl.proven_session.payload_id IS 'Payload that proves it.';
COMMENT ON COLUMN etl.proven_session.recorded_at IS 'When it could first be read here.';

CREATE VIEW market.session AS
SELECT DISTINCT ON (exchange, session_date) exchange, session_date, proof, payload_id, recorded_at
FROM etl.proven_session
ORDER BY exchange, session_date, proof, recorded_at, payload_id;
COMMENT ON VIEW market.session IS
    'Days that really traded, proven by content, one row a day. A day that is absent is not proven to have been closed.';
COMMENT ON COLUMN market.session.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN market.session.session_date IS
    'Day that traded (Asia/Kolkata); weekends and listed holidays among them.';
COMMENT ON COLUMN market.session.proof IS 'What proves it: bhavcopy, or list for a list of trading days.';
COMMENT ON COLUMN market.session.payload_id IS 'Payload that proves it; its fetched_at is known_from.';
COMMENT ON COLUMN market.session.recorded_at IS 'When it could first be read here.';

-- A list in part says nothing of the other days of its year: a whole one has every fixed holiday that is no weekend.
CREATE VIEW etl.holiday_list AS
WITH listed AS (
    SELECT exchange, list_type, segment, extract(year FROM holiday_date)::integer AS year, count(*)::integer AS days,
           count(*) FILTER (
               WHERE extract(isodow FROM holiday_date) < 6
                 AND (extract(month FROM holiday_date), extract(day FROM holiday_date))
                     IN ((1, 26), (5, 1), (8, 15), (10, 2), (12, 25))
           ) AS fixed_days
    FROM market.holiday
    WHERE withdrawn_by IS NULL
    GROUP BY exchange, list_type, segment, extract(year FROM holiday_date)
)
SELECT exchange, list_type, segment, year, days,
       fixed_days = (
           SELECT count(*)
           FROM (VALUES (1, 26), (5, 1), (8, 15), (10, 2), (12, 25)) AS fixed (month, day)
           WHERE extract(isodow FROM make_date(listed.year, fixed.month, fixed.day)) < 6
       ) AS is_whole
FROM listed;
COMMENT ON VIEW etl.holiday_list IS 'Which lists of holidays there are, by year, and whether they are whole.';
COMMENT ON COLUMN etl.holiday_list.exchange IS 'Exchange.';
COMMENT ON COLUMN etl.holiday_list.list_type IS 'trading or clearing.';
COMMENT ON COLUMN etl.holiday_list.segment IS 'Segment.';
COMMENT ON COLUMN etl.holiday_list.year IS 'Year of the days.';
COMMENT ON COLUMN etl.holiday_list.days IS 'Days that the list has, weekends included.';
COMMENT ON COLUMN etl.holiday_list.is_whole IS 'True: it has every fixed holiday; false: a part, days that it lacks may be holidays.';

-- Equity and its derivatives trade on the same days: of a year the first of CM and FO that has it whole says them.
CREATE VIEW etl.equity_holiday AS
WITH says AS (
    SELECT exchange, list_type, year, min(segment) AS segment
    FROM etl.holiday_list
    WHERE is_whole AND segment IN ('CM', 'FO')
    GROUP BY exchange, list_type, year
)
SELECT DISTINCT holiday.exchange, holiday.list_type, holiday.holiday_date, says.segment IS NOT NULL AS year_is_whole
FROM market.holiday AS holiday
LEFT JOIN says ON (says.exchange, says.list_type) = (holiday.exchange, holiday.list_type)
              AND says.year = extract(year FROM holiday.holiday_date)
WHERE holiday.withdrawn_by IS NULL
  AND holiday.segment IN ('CM', 'FO')
  AND holiday.segment = coalesce(says.segment, holiday.segment);
COMMENT ON VIEW etl.equity_holiday IS 'Days that are listed as holidays of equity now.';
COMMENT ON COLUMN etl.equity_holiday.exchange IS 'Exchange.';
COMMENT ON COLUMN etl.equity_holiday.list_type IS 'trading or clearing.';
COMMENT ON COLUMN etl.equity_holiday.holiday_date IS 'Day that is listed.';
COMMENT ON COLUMN etl.equity_holiday.year_is_whole IS 'Whether there is a whole list of its year.';

CREATE FUNCTION etl.calendar(of_exchange text, first_day date, last_day date)
RETURNS TABLE (day date, standing text, kind text, settles boolean, holiday text)
LANGUAGE sql STABLE
AS $$
    WITH closed AS (
        SELECT list_type, holiday_date, year_is_whole FROM etl.equity_holiday WHERE exchange = of_exchange
    ),
    -- The words of a day that was ever listed: of a list that still holds and of equity itself, if it has any.
    named AS (
        SELECT DISTINCT ON (list_type, holiday_date) list_type, holiday_date, description
        FROM market.holiday
        WHERE exchange = of_exchange AND segment IN ('CM', 'FO') AND holiday_date BETWEEN first_day AND last_day
        ORDER BY list_type, holiday_date, description IS NULL, withdrawn_by IS NOT NULL, segment
    ),
    known AS (
        SELECT one.day::date AS day, extract(isodow FROM one.day) > 5 AS weekend,
               session.session_date IS NOT NULL AS proven,
               trading.holiday_date IS NOT NULL AS listed, clearing.holiday_date IS NOT NULL AS unsettled,
               EXISTS (SELECT 1 FROM closed WHERE closed.list_type = 'trading' AND closed.year_is_whole
                       AND extract(year FROM closed.holiday_date) = extract(year FROM one.day)) AS year_listed,
               EXISTS (SELECT 1 FROM closed WHERE closed.list_type = 'clearing' AND closed.year_is_whole
                       AND extract(year FROM closed.holiday_date) = extract(year FROM one.day)) AS clearing_listed,
               named.holiday_date IS NOT NULL AS ever_listed, named.description
        -- Without a time zone, so that the days are India's whatever the session's time zone is.
        FROM generate_series(first_day::timestamp, last_day::timestamp, interval '1 day') AS one (day)
        LEFT JOIN (SELECT DISTINCT session_date FROM etl.proven_session WHERE exchange = of_exchange) AS session
            ON session.session_date = one.day::date
        LEFT JOIN closed AS trading ON trading.list_type = 'trading' AND trading.holiday_date = one.day::date
        LEFT JOIN closed AS clearing ON clearing.list_type = 'clearing' AND clearing.holiday_date = one.day::date
        LEFT JOIN named ON named.list_type = 'trading' AND named.holiday_date = one.day::date
    )
    SELECT known.day,
           CASE WHEN known.proven THEN 'traded'
                WHEN known.weekend OR known.listed THEN 'closed'
                WHEN known.year_listed THEN 'expected'
                ELSE 'unknown' END,
           CASE WHEN NOT known.proven THEN NULL
                WHEN NOT known.ever_listed AND NOT known.weekend
                    THEN CASE WHEN known.year_listed THEN 'normal' END
                WHEN CASE WHEN known.description IS NULL
                          THEN to_char(known.day, 'MMDD') BETWEEN '1013' AND '1116'
                          ELSE known.description ~* 'diwali|laxmi|lakshmi|muhurat'
                               AND known.description !~* 'bali|pratipada' END
                    THEN 'muhurat'
                ELSE 'special' END,
           CASE WHEN known.weekend OR known.unsettled THEN false
                WHEN known.clearing_listed THEN true END,
           known.description
    FROM known
$$;
COMMENT ON FUNCTION etl.calendar IS
    'Every day of a span: traded (proven), expected, closed or unknown (no whole list of its year); what kind of session it was; whether trades settle on it (NULL: no list of clearing says it); the words of the list.';

CREATE FUNCTION etl.is_session(of_exchange text, of_day date) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT CASE calendar.standing WHEN 'unknown' THEN NULL ELSE calendar.standing IN ('traded', 'expected') END
    FROM etl.calendar(of_exchange, of_day, of_day) AS calendar
$$;
COMMENT ON FUNCTION etl.is_session IS
    'Whether a day traded or is to trade; NULL: not known, for there is no whole list of the holidays of its year.';

CREATE FUNCTION etl.sessions(of_exchange text, first_day date, last_day date)
RETURNS TABLE (session_date date, standing text, kind text)
LANGUAGE sql STABLE
AS $$
    SELECT calendar.day, calendar.standing, calendar.kind
    FROM etl.calendar(of_exchange, first_day, last_day) AS calendar
    WHERE calendar.standing <> 'closed'
    ORDER BY calendar.day
$$;
COMMENT ON FUNCTION etl.sessions IS
    'Sessions of a span; where no list of a year is known every weekday of it, and its standing says unknown.';

-- A day of which nobody knows whether it is a session is taken for one: then what is missing is said to be late,
-- rather than what is late to be there. In plpgsql, so that a load of NAVs, whose days need no calendar, plans none.
CREATE OR REPLACE FUNCTION etl.due_content(of_feed text, at timestamptz) RETURNS date
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    entry etl.timetable;
    today date := (at AT TIME ZONE 'Asia/Kolkata')::date;
    newest date;
BEGIN
    SELECT * INTO entry FROM etl.timetable WHERE feed = of_feed;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    -- The newest day whose content is due by now, if it has any.
    newest := today - entry.due_days_later;
    IF (newest + entry.due_days_later + entry.due_time::time) AT TIME ZONE 'Asia/Kolkata' > at THEN
        newest := newest - 1;
    END IF;
    IF entry.calendar IN ('daily', 'fetch') THEN
        RETURN newest;
    ELSIF entry.calendar = 'weekdays' THEN
        RETURN newest - greatest(extract(isodow FROM newest)::integer - 5, 0);
    END IF;
    RETURN (
        SELECT max(calendar.day)
        FROM etl.calendar('NSE', newest - 30, newest) AS calendar
        WHERE CASE entry.calendar
                  WHEN 'nse_sessions' THEN calendar.standing <> 'closed'
                  WHEN 'nse_settlement' THEN calendar.settles IS NOT false
              END
    );
END
$$;

CREATE VIEW agent.session AS
SELECT session.exchange, session.session_date, calendar.kind, calendar.holiday, session.proof,
       payload.fetched_at AS known_from, session.recorded_at, payload.feed, payload.url, payload.sha256
FROM etl.proven_session AS session
JOIN etl.payload AS payload USING (payload_id)
LEFT JOIN (
    SELECT span.exchange, calendar.day, calendar.kind, calendar.holiday
    FROM (SELECT exchange, min(session_date) AS first_day, max(session_date) AS last_day
          FROM etl.proven_session GROUP BY exchange) AS span
    CROSS JOIN LATERAL etl.calendar(span.exchange, span.first_day, span.last_day) AS calendar
) AS calendar ON (calendar.exchange, calendar.day) = (session.exchange, session.session_date);
COMMENT ON VIEW agent.session IS 'Days that really traded, each with its kind and with what proves it.';
COMMENT ON COLUMN agent.session.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN agent.session.session_date IS 'Day that traded (Asia/Kolkata).';
COMMENT ON COLUMN agent.session.kind IS 'normal, special (a weekend, or a holiday that traded) or muhurat; NULL: no whole list of its year says it.';
COMMENT ON COLUMN agent.session.holiday IS 'Words of the list that has or had the day as a holiday; NULL: none has words of it.';
COMMENT ON COLUMN agent.session.proof IS 'What proves it: bhavcopy, or list for a list of trading days.';
COMMENT ON COLUMN agent.session.known_from IS 'When the source first told munim.';
COMMENT ON COLUMN agent.session.recorded_at IS 'When it could first be read in this database.';
COMMENT ON COLUMN agent.session.feed IS 'Feed that established it.';
COMMENT ON COLUMN agent.session.url IS 'Address of the bytes that established it.';
COMMENT ON COLUMN agent.session.sha256 IS 'Digest of those bytes: their place in the archive.';

CREATE VIEW agent.holiday AS
SELECT holiday.exchange, holiday.list_type, holiday.segment, holiday.holiday_date, holiday.description,
       holiday.morning_session, holiday.evening_session,
       EXISTS (SELECT 1 FROM etl.proven_session AS session
               WHERE (session.exchange, session.session_date) = (holiday.exchange, holiday.holiday_date)) AS traded,
       withdrawn.fetched_at AS withdrawn_at,
       payload.fetched_at AS known_from, holiday.recorded_at, payload.feed, payload.url, payload.sha256
FROM market.holiday AS holiday
JOIN etl.payload AS payload USING (payload_id)
LEFT JOIN etl.payload AS withdrawn ON withdrawn.payload_id = holiday.withdrawn_by;
COMMENT ON VIEW agent.holiday IS 'Days that an exchange lists as holidays, those too that a newer list has no more.';
COMMENT ON COLUMN agent.holiday.exchange IS 'Exchange: NSE or BSE.';
COMMENT ON COLUMN agent.holiday.list_type IS 'trading: days without trading; clearing: days without settlement.';
COMMENT ON COLUMN agent.holiday.segment IS 'Segment: CM equity, FO its derivatives, CD currency, COM commodities, …';
COMMENT ON COLUMN agent.holiday.holiday_date IS 'Day that is listed (Asia/Kolkata).';
COMMENT ON COLUMN agent.holiday.description IS 'Name of the holiday in the list''s words; NULL: the list has bare dates.';
COMMENT ON COLUMN agent.holiday.morning_session IS 'Open or Closed, of commodities (COM); NULL: the list does not say.';
COMMENT ON COLUMN agent.holiday.evening_session IS 'Open or Closed, of commodities (COM); NULL: the list does not say.';
COMMENT ON COLUMN agent.holiday.traded IS 'Whether equity of the exchange is proven to have traded on it.';
COMMENT ON COLUMN agent.holiday.withdrawn_at IS 'Fetch of the newer complete list without it; NULL: it stands.';
COMMENT ON COLUMN agent.holiday.known_from IS 'When the source first told munim these words.';
COMMENT ON COLUMN agent.holiday.recorded_at IS 'When they could first be read in this database.';
COMMENT ON COLUMN agent.holiday.feed IS 'Feed that established them.';
COMMENT ON COLUMN agent.holiday.url IS 'Address of the bytes that established them.';
COMMENT ON COLUMN agent.holiday.sha256 IS 'Digest of those bytes: their place in the archive.';
