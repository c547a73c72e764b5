-- Probation: a version that was just put live is asked how it does until a time, by whichever process is first.

CREATE TABLE IF NOT EXISTS watches (
    run_id     bigint PRIMARY KEY REFERENCES runs,
    project    text NOT NULL,
    began_at   timestamptz NOT NULL,
    until      timestamptz NOT NULL,
    every      interval NOT NULL,
    on_trouble text NOT NULL,
    state      text NOT NULL,                 -- watching, good, superseded, back (is being taken back), trouble, kept
    next_at    timestamptz NOT NULL,
    round      integer NOT NULL DEFAULT 0,    -- raised by whoever asks next: an older asker writes nothing any more
    strikes    jsonb NOT NULL DEFAULT '{}',   -- by host and check: how often in a row it has failed
    restarts   jsonb NOT NULL DEFAULT '{}',   -- by host and check: how often systemd had restarted the unit when last asked
    trouble    jsonb                          -- what was found
);
CREATE INDEX IF NOT EXISTS watches_due ON watches (next_at) WHERE state IN ('watching', 'back');
