-- A page that a browser was shown, in place of data that a site refuses, is an origin of its own.

COMMENT ON COLUMN etl.payload.origin IS 'fetch: asked by munim; browser: a page in place of what was refused; file: ingested; revert, import or link: a decision.';
COMMENT ON COLUMN agent.source_file.origin IS 'fetch: asked by munim; browser: a page in place of what was refused; file: ingested; revert, import or link: a decision.';
