-- Answers that went out through MCP and HTTP, so that each can be given again as it was known.

CREATE TABLE etl.answer_log (
    answer_id BIGINT GENERATED ALWAYS AS IDENTITY,
    door TEXT NOT NULL,
    caller TEXT NOT NULL,
    question TEXT NOT NULL,
    parameters JSONB NOT NULL,
    known_at TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome TEXT NOT NULL,
    freshness JSONB,
    head JSONB NOT NULL,
    sha256 TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    duration_ms INTEGER NOT NULL,
    CONSTRAINT pk_answer_log PRIMARY KEY (answer_id),
    CONSTRAINT ck_answer_log_door CHECK (door IN ('mcp', 'http')),
    CONSTRAINT ck_answer_log_outcome CHECK (outcome IN ('answered', 'not_found', 'refused'))
);
CREATE INDEX ix_answer_log_asked_at ON etl.answer_log (asked_at);
COMMENT ON TABLE etl.answer_log IS 'Every answer that went out through MCP and HTTP, so that it can be told again what was said, and why.';
COMMENT ON COLUMN etl.answer_log.answer_id IS 'Number of the answer.';
COMMENT ON COLUMN etl.answer_log.door IS 'Through which door it was asked: mcp or http.';
COMMENT ON COLUMN etl.answer_log.caller IS 'Who asked: the subject of the token, or who runs the server; where no token is asked for, anonymous and the address. Never a token.';
COMMENT ON COLUMN etl.answer_log.question IS 'Name of the question (nav).';
COMMENT ON COLUMN etl.answer_log.parameters IS 'What was asked, with known_at set: asked again with these, the answer is the same.';
COMMENT ON COLUMN etl.answer_log.known_at IS 'Time of knowledge of the answer: what was asked for, else when it was asked.';
COMMENT ON COLUMN etl.answer_log.outcome IS 'answered; not_found: there is none of what was asked for; refused: it can''t be asked.';
COMMENT ON COLUMN etl.answer_log.freshness IS 'How fresh the data set was when it was asked, which no later question can tell; NULL: not said.';
COMMENT ON COLUMN etl.answer_log.head IS 'The answer without its rows and its freshness, and how many rows it had; of a no, its words.';
COMMENT ON COLUMN etl.answer_log.sha256 IS 'Hash of the answer as canonical JSON, without its freshness: that alone depends on the time of asking.';
COMMENT ON COLUMN etl.answer_log.asked_at IS 'When it was asked.';
COMMENT ON COLUMN etl.answer_log.duration_ms IS 'How long the answer took, in milliseconds.';
