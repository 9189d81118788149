-- Half of all schemes publish no more: their newest NAVs stand in a row of their own, which a daily file leaves alone.
-- What is there stays as it is until the next load. The table has another name from now on: a program of before, which
-- would take the first row for all, is to fail and not to be wrong.
ALTER TABLE etl.nav_latest_block RENAME TO nav_latest_packed;
ALTER TABLE etl.nav_latest_packed RENAME CONSTRAINT pk_nav_latest_block TO pk_nav_latest_packed;

COMMENT ON TABLE etl.nav_latest_packed IS 'The newest NAV of every scheme, packed: a load compares with it. Read market.nav_latest instead.';
COMMENT ON COLUMN etl.nav_latest_packed.block IS '1: the schemes that publish; 2: those that publish no more, it seems.';
