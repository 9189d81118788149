-- Incidents: what somebody was told about, once, and when it was over.

CREATE TABLE etl.incident (
    incident_id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    feed TEXT COLLATE "C" NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    detail TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    told_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    told_over_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_incident PRIMARY KEY (incident_id),
    CONSTRAINT ck_incident_kind CHECK (kind IN ('late', 'refused', 'blocked', 'quarantine'))
);
CREATE UNIQUE INDEX uq_incident_open ON etl.incident (kind, feed) WHERE closed_at IS NULL;
COMMENT ON TABLE etl.incident IS 'What somebody was told about: one row an incident, however often it was looked at.';
COMMENT ON COLUMN etl.incident.incident_id IS 'Number of the incident.';
COMMENT ON COLUMN etl.incident.kind IS 'late: what is due is not there; refused: the newest content was refused; blocked: the source refuses us; quarantine: the newest payload has too many refused rows.';
COMMENT ON COLUMN etl.incident.feed IS 'Source and feed (amfi.latest).';
COMMENT ON COLUMN etl.incident.since IS 'From when on it was so: when what is missing was due, or the end of the run.';
COMMENT ON COLUMN etl.incident.detail IS 'What is wrong, in words, as it was when it was found.';
COMMENT ON COLUMN etl.incident.opened_at IS 'When it was found.';
COMMENT ON COLUMN etl.incident.told_at IS 'When the message that it began was delivered; NULL: not yet, or it was over before.';
COMMENT ON COLUMN etl.incident.closed_at IS 'When it was found to be over; NULL while it lasts.';
COMMENT ON COLUMN etl.incident.told_over_at IS 'When the message that it is over was delivered; NULL: not yet, or it lasts.';
