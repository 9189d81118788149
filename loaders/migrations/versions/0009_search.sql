-- The words of the schemes' names, for a loose search that stays quick without an extension.

-- What PostgreSQL can tell apart fast: the words are as the names have them, and what belongs together (midcap and mid
-- cap, a misspelling) is the reader's affair, who asks for each word that means the same.
CREATE FUNCTION etl.name_words(amc text, long_name text, base_name text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT string_to_array(
        translate(
            lower((coalesce(amc, '') || ' ' || coalesce(long_name, '') || ' ' || coalesce(base_name, '')) COLLATE "C"),
            E'&-().,/:;''"+%*_’–\t', '                   '
        ) COLLATE "C",
        ' '
    )
$$;
COMMENT ON FUNCTION etl.name_words IS 'The words of a scheme''s names and its AMC''s, in lower case; some may be empty.';

-- Without a pending list: a load after which nobody vacuums would leave thousands of rows to be read at each search.
CREATE INDEX ix_scheme_words ON market.scheme USING gin (etl.name_words(amc, long_name, base_name))
    WITH (fastupdate = off);
CREATE INDEX ix_scheme_revision_words ON market.scheme_revision USING gin (etl.name_words(amc, long_name, base_name))
    WITH (fastupdate = off);

CREATE TABLE etl.scheme_word (
    word text COLLATE "C" NOT NULL,
    schemes integer NOT NULL,
    CONSTRAINT pk_scheme_word PRIMARY KEY (word)
);
COMMENT ON TABLE etl.scheme_word IS 'The words that stand in names of schemes or of their AMCs, or once did.';
COMMENT ON COLUMN etl.scheme_word.word IS 'The word, in lower case.';
COMMENT ON COLUMN etl.scheme_word.schemes IS 'Schemes that have it in their names now; 0: former names alone.';

CREATE FUNCTION etl.count_scheme_words() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO etl.scheme_word AS known (word, schemes)
    SELECT word, TG_ARGV[0]::int * count(*)
    FROM moved
    -- Each row's words once, however often it has them.
    CROSS JOIN LATERAL (SELECT DISTINCT word
                        FROM unnest(etl.name_words(moved.amc, moved.long_name, moved.base_name)) AS word) AS has
    WHERE word <> ''
    GROUP BY word
    ORDER BY word
    ON CONFLICT (word) DO UPDATE SET schemes = known.schemes + excluded.schemes WHERE excluded.schemes <> 0;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION etl.count_scheme_words IS 'Keeps etl.scheme_word current; what no row changes costs nothing.';

CREATE FUNCTION etl.forget_scheme_words() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM etl.scheme_word;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION etl.forget_scheme_words IS 'Empties etl.scheme_word when the schemes are emptied.';

CREATE TRIGGER words_of_new AFTER INSERT ON market.scheme
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION etl.count_scheme_words('1');
CREATE TRIGGER words_of_gone AFTER DELETE ON market.scheme
    REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION etl.count_scheme_words('-1');
CREATE TRIGGER words_before_change AFTER UPDATE ON market.scheme
    REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION etl.count_scheme_words('-1');
CREATE TRIGGER words_after_change AFTER UPDATE ON market.scheme
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION etl.count_scheme_words('1');
CREATE TRIGGER words_of_none AFTER TRUNCATE ON market.scheme
    FOR EACH STATEMENT EXECUTE FUNCTION etl.forget_scheme_words();
CREATE TRIGGER words_of_former AFTER INSERT ON market.scheme_revision
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION etl.count_scheme_words('0');

INSERT INTO etl.scheme_word (word, schemes)
SELECT word, count(DISTINCT scheme_code)
FROM market.scheme CROSS JOIN LATERAL unnest(etl.name_words(amc, long_name, base_name)) AS word
WHERE word <> ''
GROUP BY word;
INSERT INTO etl.scheme_word (word, schemes)
SELECT DISTINCT word, 0
FROM market.scheme_revision CROSS JOIN LATERAL unnest(etl.name_words(amc, long_name, base_name)) AS word
WHERE word <> ''
ON CONFLICT (word) DO NOTHING;
