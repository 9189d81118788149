-- Schemes whose names, or former names, have words that were asked for, those with most of their weight first. Each
-- `words` is a list of words that mean the same, and its weight what they tell. The index alone says which names have
-- them: working out a name's words again would take a hundred times as long.
WITH term AS (
    SELECT string_to_array(words, ' ') AS words, weight
    FROM unnest(%(words)s::text[], %(weights)s::float8[]) AS asked (words, weight)
),
hit AS (
    SELECT named.scheme_code, 0 AS revision, term.weight,
           (named.vanished_at IS NULL)::int * 4 + (named.plan IS NOT DISTINCT FROM %(plan)s::text)::int * 2
           + (named.option IS NOT DISTINCT FROM %(option)s::text)::int AS fit
    FROM term JOIN market.scheme AS named ON etl.name_words(named.amc, named.long_name, named.base_name) && term.words
    UNION ALL
    SELECT named.scheme_code, named.payload_id, term.weight,
           (named.plan IS NOT DISTINCT FROM %(plan)s::text)::int * 2
           + (named.option IS NOT DISTINCT FROM %(option)s::text)::int
    FROM term
    JOIN market.scheme_revision AS named ON etl.name_words(named.amc, named.long_name, named.base_name) && term.words
),
weighed AS (
    SELECT scheme_code, revision, sum(weight) AS weight, max(fit) AS fit
    FROM hit
    GROUP BY scheme_code, revision
    ORDER BY sum(weight) DESC, max(fit) DESC, scheme_code
    LIMIT 150
)
SELECT scheme.scheme_code, coalesce(scheme.long_name, scheme.base_name) AS name, scheme.long_name, scheme.base_name,
       scheme.amc, scheme.category, scheme.plan, scheme.plan_class, scheme.option, scheme.payout_frequency,
       coalesce(scheme.isin_payout_or_growth, scheme.isin_reinvestment) AS isin,
       scheme.vanished_at IS NOT NULL AS vanished, coalesce(former.long_name, former.base_name) AS former_name,
       former.amc AS former_amc
FROM weighed
JOIN market.scheme AS scheme USING (scheme_code)
LEFT JOIN market.scheme_revision AS former ON (former.scheme_code, former.payload_id) = (weighed.scheme_code, weighed.revision)
