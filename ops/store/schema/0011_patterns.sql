-- What the logs of projects have said, as patterns; and messages in which a log is followed.

CREATE TABLE IF NOT EXISTS log_patterns (
    project    text NOT NULL,
    hash       text NOT NULL,                 -- of the pattern: see ops/watch/patterns.py
    pattern    text NOT NULL,                 -- redacted, numbers and ids left out
    first_at   timestamptz NOT NULL,          -- when it was first seen
    last_at    timestamptz NOT NULL,
    first_run  bigint REFERENCES runs,        -- the release since which it is there; null: it was there before
    times      bigint NOT NULL,               -- how often since then
    PRIMARY KEY (project, hash)
);
CREATE INDEX IF NOT EXISTS log_patterns_by_run ON log_patterns (first_run) WHERE first_run IS NOT NULL;

-- How far the logs of a project have been read for patterns, by whichever process was first.
CREATE TABLE IF NOT EXISTS log_readings (
    project text NOT NULL,
    host    text NOT NULL,
    source  text NOT NULL,
    place   text NOT NULL DEFAULT '',         -- as follow-log.sh names it
    next_at timestamptz NOT NULL,
    round   integer NOT NULL DEFAULT 0,       -- raised by whoever reads next: an older reader writes nothing any more
    PRIMARY KEY (project, host, source)
);
CREATE INDEX IF NOT EXISTS log_readings_due ON log_readings (next_at);

CREATE TABLE IF NOT EXISTS follows (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project   text NOT NULL,
    source    text NOT NULL,
    level     text NOT NULL,
    heading   text NOT NULL,                  -- markup: what is followed
    language  text NOT NULL,
    began_at  timestamptz NOT NULL,
    until     timestamptz NOT NULL,
    shown     text NOT NULL DEFAULT '',       -- the last lines that were shown, redacted
    lines     bigint NOT NULL DEFAULT 0,      -- how many there were
    ended_at  timestamptz,
    ended     text,                           -- time, stopped, restart or replaced
    ended_by  text NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS follows_open ON follows (id) WHERE ended_at IS NULL;
