-- Grey-market premiums as of a time: one that was restated was in no answer of before that.

CREATE OR REPLACE FUNCTION agent.ipo_gmp_as_of(
    of_issue bigint, known_at timestamptz DEFAULT now(), source_time boolean DEFAULT false
)
RETURNS TABLE (
    source text, as_of timestamptz, as_of_from text, gmp_inr numeric, price numeric, estimated_gain_pct numeric,
    unofficial boolean, known_from timestamptz, feed text, url text, sha256 text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH said AS (
        SELECT source, source_id, as_of, as_of_from, gmp_inr, price, estimated_gain_pct, unofficial, payload_id,
               recorded_at, NULL::integer AS superseded_by
        FROM market.ipo_gmp
        UNION ALL
        SELECT source, source_id, as_of, as_of_from, gmp_inr, price, estimated_gain_pct, unofficial, payload_id,
               recorded_at, superseded_by
        FROM market.ipo_gmp_revision
    )
    SELECT said.source, said.as_of, said.as_of_from, trim_scale(said.gmp_inr) AS gmp_inr,
           trim_scale(said.price) AS price, trim_scale(said.estimated_gain_pct) AS estimated_gain_pct,
           said.unofficial, payload.fetched_at AS known_from, payload.feed, payload.url, payload.sha256
    FROM said
    JOIN market.ipo_source AS named USING (source, source_id)
    JOIN etl.payload AS payload ON payload.payload_id = said.payload_id
    LEFT JOIN etl.payload AS ending ON ending.payload_id = said.superseded_by
    WHERE named.ipo_id = of_issue
      AND payload.fetched_at <= known_at AND (source_time OR said.recorded_at <= known_at)
      AND (ending.payload_id IS NULL OR ending.fetched_at > known_at
           OR (NOT source_time AND ending.recorded_at > known_at))
    ORDER BY said.as_of, said.source
$$;
COMMENT ON FUNCTION agent.ipo_gmp_as_of IS
    'UNOFFICIAL: the grey market''s premiums (₹ a share) for an issue that had been told by a time. Hearsay.';
