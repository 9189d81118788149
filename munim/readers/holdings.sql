-- The statement that counts every table of the schema market, beside its revisions, and the ledger's: written by the
-- catalogue, so that a table that comes is counted. A table's date is the first one in its key.
WITH kept AS (
    SELECT class.oid, class.relname AS name,
           to_regclass(format('market.%I', class.relname || '_revision')) AS revision
    FROM pg_class AS class
    WHERE class.relnamespace = 'market'::regnamespace AND class.relkind IN ('r', 'p') AND NOT class.relispartition
      AND class.relname NOT LIKE '%\_revision'
),
dated AS (
    SELECT kept.*, (
        SELECT attribute.attname
        FROM pg_index AS key
        JOIN pg_attribute AS attribute ON attribute.attrelid = key.indrelid AND attribute.attnum = ANY (key.indkey)
        WHERE key.indrelid = kept.oid AND key.indisprimary AND attribute.atttypid = 'date'::regtype
        ORDER BY attribute.attnum LIMIT 1
    ) AS day
    FROM kept
),
counted AS (
    SELECT 'market.' || name AS name, 'market' AS of_schema, format(
        'count(*) AS rows, %s AS revisions, %s AS content_from, %s AS content_to FROM market.%I',
        CASE WHEN revision IS NULL THEN 'NULL::bigint' ELSE format('(SELECT count(*) FROM %s)', revision) END,
        CASE WHEN day IS NULL THEN 'NULL::date' ELSE format('min(%I)', day) END,
        CASE WHEN day IS NULL THEN 'NULL::date' ELSE format('max(%I)', day) END,
        name
    ) AS query
    FROM dated
    UNION ALL
    SELECT * FROM (VALUES
        ('etl.payload', 'etl', 'count(*), NULL, min(content_from), max(content_to) FROM etl.payload'),
        ('etl.run', 'etl', 'count(*), NULL, NULL, NULL FROM etl.run'),
        ('etl.quarantine (open)', 'etl', 'count(*), NULL, NULL, NULL FROM etl.quarantine WHERE status = ''open'''),
        ('etl.quality_note', 'etl', 'count(*), NULL, min(content_date), max(content_date) FROM etl.quality_note')
    ) AS ledger (name, of_schema, query)
),
placed AS (
    SELECT *, row_number() OVER (ORDER BY of_schema DESC, name COLLATE "C") AS place FROM counted
)
SELECT format('SELECT name, rows, revisions, content_from, content_to FROM (%s) AS held ORDER BY place',
              string_agg(format('SELECT %s AS place, %L AS name, %s', place, name, query), ' UNION ALL '
                         ORDER BY place))
FROM placed
