-- Backfills: what was asked for, the slots that it is made of, and who asks for each.

CREATE TABLE etl.backfill (
    backfill_id BIGINT GENERATED ALWAYS AS IDENTITY,
    dataset TEXT NOT NULL,
    feed TEXT,
    from_date DATE NOT NULL,
    to_date DATE NOT NULL,
    reprocess TEXT NOT NULL CONSTRAINT ck_backfill_reprocess CHECK (reprocess IN ('missing', 'none', 'failed', 'all')),
    backwards BOOLEAN NOT NULL,
    max_active_runs INTEGER,
    asked_by TEXT NOT NULL,
    reason TEXT,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL CONSTRAINT ck_backfill_state CHECK (state IN ('open', 'paused', 'cancelled')),
    state_at TIMESTAMP WITH TIME ZONE,
    state_why TEXT,
    CONSTRAINT pk_backfill PRIMARY KEY (backfill_id)
);
COMMENT ON TABLE etl.backfill IS 'Backfills: history of a data set that somebody asked for.';
COMMENT ON COLUMN etl.backfill.backfill_id IS 'Number of the backfill.';
COMMENT ON COLUMN etl.backfill.dataset IS 'Data set whose history was asked for (nav).';
COMMENT ON COLUMN etl.backfill.feed IS 'Feed that was named; NULL: every feed of the data set that serves any day.';
COMMENT ON COLUMN etl.backfill.from_date IS 'First day that was asked for.';
COMMENT ON COLUMN etl.backfill.to_date IS 'Last day that was asked for; it belongs to it.';
COMMENT ON COLUMN etl.backfill.reprocess IS 'missing: what has no content; none: of that, what was never tried; failed: what failed before, alone; all: everything, closed or not.';
COMMENT ON COLUMN etl.backfill.backwards IS 'Whether the newest slots come first.';
COMMENT ON COLUMN etl.backfill.max_active_runs IS 'Slots of it that may run at the same time; NULL: as workers allow.';
COMMENT ON COLUMN etl.backfill.asked_by IS 'Who asked for it.';
COMMENT ON COLUMN etl.backfill.reason IS 'Why, in the asker''s words; NULL: not said.';
COMMENT ON COLUMN etl.backfill.asked_at IS 'When it was asked for.';
COMMENT ON COLUMN etl.backfill.state IS 'open: its slots run as workers come to them; paused: none begins; cancelled: none ever will.';
COMMENT ON COLUMN etl.backfill.state_at IS 'When it was paused, resumed or cancelled; NULL: never.';
COMMENT ON COLUMN etl.backfill.state_why IS 'Why it was, such as the refusal of a site; NULL: a person did not say.';

CREATE TABLE etl.backfill_slot (
    slot_id BIGINT GENERATED ALWAYS AS IDENTITY,
    dataset TEXT NOT NULL,
    feed TEXT NOT NULL,
    slot TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    queue TEXT NOT NULL,
    priority INTEGER NOT NULL,
    lane TEXT,
    again BOOLEAN NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL CONSTRAINT ck_backfill_slot_state CHECK (state IN ('waiting', 'running', 'done', 'empty', 'failed', 'cancelled')),
    attempt INTEGER DEFAULT 0 NOT NULL,
    run_id BIGINT,
    error TEXT,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_backfill_slot PRIMARY KEY (slot_id)
);
CREATE INDEX ix_backfill_slot_days ON etl.backfill_slot (dataset, feed, first_day);
CREATE UNIQUE INDEX uq_backfill_slot_open ON etl.backfill_slot (dataset, feed, slot) WHERE state IN ('waiting', 'running');
COMMENT ON TABLE etl.backfill_slot IS 'What backfills are made of: a slot to run. However many ask for it, it waits and runs once.';
COMMENT ON COLUMN etl.backfill_slot.slot_id IS 'Number of the piece of work.';
COMMENT ON COLUMN etl.backfill_slot.dataset IS 'Data set (nav).';
COMMENT ON COLUMN etl.backfill_slot.feed IS 'Feed that is asked.';
COMMENT ON COLUMN etl.backfill_slot.slot IS 'Day or window that is asked for, as in etl.run.';
COMMENT ON COLUMN etl.backfill_slot.first_day IS 'First day of the slot.';
COMMENT ON COLUMN etl.backfill_slot.last_day IS 'Last day of the slot; it belongs to it.';
COMMENT ON COLUMN etl.backfill_slot.queue IS 'Queue of its job: the data set, or browser for what only a browser can ask.';
COMMENT ON COLUMN etl.backfill_slot.priority IS 'Its turn among all slots that wait: the higher, the sooner.';
COMMENT ON COLUMN etl.backfill_slot.lane IS 'Slots of one lane run one after the other (max_active_runs lanes); NULL: none is waited for.';
COMMENT ON COLUMN etl.backfill_slot.again IS 'Whether it runs although its slot is closed.';
COMMENT ON COLUMN etl.backfill_slot.state IS 'waiting; running; done: loaded, or found loaded; empty: the source has nothing, and nothing says that it should; failed; cancelled.';
COMMENT ON COLUMN etl.backfill_slot.attempt IS 'How many times a worker began it.';
COMMENT ON COLUMN etl.backfill_slot.run_id IS 'Run that filled it; NULL: none did.';
COMMENT ON COLUMN etl.backfill_slot.error IS 'Why the last attempt ended as it did; NULL: it went well, or there was none.';
COMMENT ON COLUMN etl.backfill_slot.made_at IS 'When it was first asked for.';
COMMENT ON COLUMN etl.backfill_slot.started_at IS 'When the last attempt began; NULL: none did.';
COMMENT ON COLUMN etl.backfill_slot.finished_at IS 'When it came to its end; NULL: it has not yet.';

CREATE TABLE etl.backfill_asker (
    backfill_id BIGINT NOT NULL,
    slot_id BIGINT NOT NULL,
    CONSTRAINT pk_backfill_asker PRIMARY KEY (backfill_id, slot_id)
);
CREATE INDEX ix_backfill_asker_slot_id ON etl.backfill_asker (slot_id);
COMMENT ON TABLE etl.backfill_asker IS 'Which backfills ask for a slot: the first that did, and those that found it waiting or done.';
COMMENT ON COLUMN etl.backfill_asker.backfill_id IS 'Backfill that asks for the slot.';
COMMENT ON COLUMN etl.backfill_asker.slot_id IS 'Slot that it asks for.';
