-- What market.scheme said of each scheme from when on. A file that is older and loaded late, and says the same, takes the
-- place of the one that had established a state: of the time before that load the tables could tell nothing then.

-- A load that is under way is waited for: what it says of schemes is to be there.
LOCK TABLE market.scheme, market.scheme_revision IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE etl.scheme_recorded (
    scheme_code TEXT COLLATE "C" NOT NULL,
    recorded_no BIGINT GENERATED ALWAYS AS IDENTITY,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    amc TEXT,
    category TEXT,
    structure TEXT,
    asset_class TEXT,
    sub_category TEXT,
    long_name TEXT,
    base_name TEXT,
    plan TEXT,
    plan_source TEXT,
    plan_class TEXT,
    option TEXT,
    option_source TEXT,
    payout_frequency TEXT,
    isin_payout_or_growth TEXT,
    isin_reinvestment TEXT,
    conflict BOOLEAN NOT NULL,
    conflict_detail TEXT,
    first_seen_at TIMESTAMP WITH TIME ZONE,
    last_seen_at TIMESTAMP WITH TIME ZONE,
    vanished_at TIMESTAMP WITH TIME ZONE,
    payload_id INTEGER NOT NULL,
    CONSTRAINT pk_scheme_recorded PRIMARY KEY (scheme_code, recorded_no)
);
COMMENT ON TABLE etl.scheme_recorded IS 'What market.scheme said of each scheme from when on, whatever was loaded late: what as-of reads go by.';
COMMENT ON COLUMN etl.scheme_recorded.scheme_code IS 'AMFI''s code of the scheme.';
COMMENT ON COLUMN etl.scheme_recorded.recorded_no IS 'The order in which it was said: of two machines the clocks may differ.';
COMMENT ON COLUMN etl.scheme_recorded.recorded_at IS 'When market.scheme began to say so; it did until the scheme''s next row here.';
COMMENT ON COLUMN etl.scheme_recorded.amc IS 'Asset management company, as AMFI heads its section; NULL when no heading stood above.';
COMMENT ON COLUMN etl.scheme_recorded.category IS 'AMFI''s category heading, white space normalised; NULL when no heading stood above.';
COMMENT ON COLUMN etl.scheme_recorded.structure IS 'open_ended, close_ended or interval; NULL when the heading says neither.';
COMMENT ON COLUMN etl.scheme_recorded.asset_class IS 'Canonical asset class that joins SEBI''s old and new taxonomy; NULL when unknown.';
COMMENT ON COLUMN etl.scheme_recorded.sub_category IS 'Canonical sub-category that joins SEBI''s old and new taxonomy; NULL when unknown.';
COMMENT ON COLUMN etl.scheme_recorded.long_name IS 'Last full name of scheme, plan and option in one; NULL when AMFI never gave one.';
COMMENT ON COLUMN etl.scheme_recorded.base_name IS 'Name of the scheme without plan and option; NULL before AMFI began to give it (20-Aug-2026).';
COMMENT ON COLUMN etl.scheme_recorded.plan IS 'direct or regular; NULL when neither column nor name says.';
COMMENT ON COLUMN etl.scheme_recorded.plan_source IS 'Where plan was read: column, name, or class (an older class is regular); NULL when it was not.';
COMMENT ON COLUMN etl.scheme_recorded.plan_class IS 'Older class such as institutional or retail; NULL when the name has none.';
COMMENT ON COLUMN etl.scheme_recorded.option IS 'growth, idcw and so on (IDCW was called dividend); NULL when neither column nor name says.';
COMMENT ON COLUMN etl.scheme_recorded.option_source IS 'Where option was read: column or name; NULL when it was not.';
COMMENT ON COLUMN etl.scheme_recorded.payout_frequency IS 'How often IDCW is paid (daily … annual); NULL when not said.';
COMMENT ON COLUMN etl.scheme_recorded.isin_payout_or_growth IS 'ISIN of the payout or growth option, check digit verified; NULL: none or junk.';
COMMENT ON COLUMN etl.scheme_recorded.isin_reinvestment IS 'ISIN of the reinvestment option, check digit verified; NULL: none or junk.';
COMMENT ON COLUMN etl.scheme_recorded.conflict IS 'Whether the plan or option column contradicts the name.';
COMMENT ON COLUMN etl.scheme_recorded.conflict_detail IS 'What contradicts what; NULL when nothing does.';
COMMENT ON COLUMN etl.scheme_recorded.first_seen_at IS 'Fetch of the first complete file that lists it; NULL: seen in history alone.';
COMMENT ON COLUMN etl.scheme_recorded.last_seen_at IS 'Fetch of the last complete file that listed it; NULL: the newest one does, or none ever did.';
COMMENT ON COLUMN etl.scheme_recorded.vanished_at IS 'Fetch of the first complete file without it; NULL while listed.';
COMMENT ON COLUMN etl.scheme_recorded.payload_id IS 'Payload that had established this state by then.';

-- Of what is there: a state was shown from its load on, unless one that was fetched later stood by then.
INSERT INTO etl.scheme_recorded (
    scheme_code, recorded_at, amc, category, structure, asset_class, sub_category, long_name, base_name, plan,
    plan_source, plan_class, option, option_source, payout_frequency, isin_payout_or_growth, isin_reinvestment,
    conflict, conflict_detail, first_seen_at, last_seen_at, vanished_at, payload_id
)
WITH state AS (
    SELECT
        scheme_code, amc, category, structure, asset_class, sub_category, long_name, base_name, plan, plan_source,
        plan_class, option, option_source, payout_frequency, isin_payout_or_growth, isin_reinvestment, conflict,
        conflict_detail, first_seen_at, last_seen_at, vanished_at, payload_id
    FROM market.scheme
    UNION ALL
    SELECT
        scheme_code, amc, category, structure, asset_class, sub_category, long_name, base_name, plan, plan_source,
        plan_class, option, option_source, payout_frequency, isin_payout_or_growth, isin_reinvestment, conflict,
        conflict_detail, first_seen_at, last_seen_at, vanished_at, payload_id
    FROM market.scheme_revision
),
placed AS (
    SELECT state.*, payload.recorded_at, payload.fetched_at, payload.feed, payload.sha256,
           min(payload.recorded_at) OVER (
               PARTITION BY scheme_code ORDER BY payload.fetched_at DESC, payload.feed DESC, payload.sha256 DESC
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ) AS later_recorded_at
    FROM state JOIN etl.payload AS payload USING (payload_id)
)
SELECT
    scheme_code, greatest(recorded_at, fetched_at), amc, category, structure, asset_class, sub_category, long_name, base_name, plan,
    plan_source, plan_class, option, option_source, payout_frequency, isin_payout_or_growth, isin_reinvestment,
    conflict, conflict_detail, first_seen_at, last_seen_at, vanished_at, payload_id
FROM placed WHERE later_recorded_at IS NULL OR recorded_at < later_recorded_at
ORDER BY fetched_at, feed, sha256;

-- Who may read the earlier states of schemes reads these too.
DO $$
DECLARE
    reader regrole;
BEGIN
    FOR reader IN
        SELECT given.grantee FROM pg_class CROSS JOIN LATERAL aclexplode(relacl) AS given
        WHERE pg_class.oid = 'market.scheme_revision'::regclass AND given.privilege_type = 'SELECT'
          AND given.grantee NOT IN (0, relowner)
    LOOP
        EXECUTE format('GRANT SELECT ON etl.scheme_recorded TO %s', reader);
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION agent.scheme_as_of(
    of_scheme text, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false
)
RETURNS TABLE (
    scheme_code text, name text, amc text, category text, plan text, option text, payout_frequency text,
    isin_payout_or_growth text, isin_reinvestment text, vanished_at timestamptz, known_from timestamptz,
    recorded_at timestamptz, feed text, url text, sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH shown AS (
        SELECT scheme_code, long_name, base_name, amc, category, plan, option, payout_frequency, isin_payout_or_growth,
               isin_reinvestment, vanished_at, payload_id, recorded_at, recorded_no
        FROM etl.scheme_recorded AS recorded
        WHERE NOT source_time AND recorded.scheme_code = of_scheme AND recorded.recorded_at <= known_at
        ORDER BY recorded.recorded_no DESC LIMIT 1
    ),
    state AS (
        SELECT scheme_code, long_name, base_name, amc, category, plan, option, payout_frequency, isin_payout_or_growth,
               isin_reinvestment, vanished_at, recorded_at,
               -- What stands still is told from the oldest file that says so, once that is here.
               coalesce(
                   (SELECT standing.payload_id
                    FROM market.scheme AS standing JOIN etl.payload AS payload USING (payload_id)
                    WHERE standing.scheme_code = of_scheme AND payload.recorded_at <= known_at
                      AND NOT EXISTS (SELECT FROM etl.scheme_recorded AS later
                                      WHERE later.scheme_code = of_scheme AND later.recorded_no > shown.recorded_no)),
                   payload_id
               ) AS payload_id
        FROM shown
        UNION ALL
        SELECT scheme_code, long_name, base_name, amc, category, plan, option, payout_frequency, isin_payout_or_growth,
               isin_reinvestment, vanished_at, NULL, payload_id
        FROM market.scheme WHERE source_time AND scheme_code = of_scheme
        UNION ALL
        SELECT scheme_code, long_name, base_name, amc, category, plan, option, payout_frequency, isin_payout_or_growth,
               isin_reinvestment, vanished_at, NULL, payload_id
        FROM market.scheme_revision WHERE source_time AND scheme_code = of_scheme
    )
    SELECT scheme_code, coalesce(long_name, base_name), amc, category, plan, option, payout_frequency,
           isin_payout_or_growth, isin_reinvestment, vanished_at, payload.fetched_at,
           coalesce(state.recorded_at, payload.recorded_at), payload.feed, payload.url, payload.sha256
    FROM state
    JOIN etl.payload AS payload USING (payload_id)
    WHERE payload.fetched_at <= known_at
    ORDER BY payload.fetched_at DESC, payload.feed DESC, payload.sha256 DESC
    LIMIT 1
$$;
