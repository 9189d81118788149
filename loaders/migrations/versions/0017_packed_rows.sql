-- Half of all schemes publish no more: their newest NAVs stand in a row of their own, which a daily file leaves alone.
-- What is there stays as it is until the next load.

COMMENT ON TABLE etl.nav_latest_block IS 'The newest NAV of every scheme, packed: a load compares with it. Read market.nav_latest instead.';
COMMENT ON COLUMN etl.nav_latest_block.block IS '1: the schemes that publish; 2: those that publish no more, it seems.';
