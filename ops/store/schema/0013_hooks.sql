-- What other programs tell us: groups of alerts as Alertmanager sends them, and signs of life of whoever watches.

CREATE TABLE IF NOT EXISTS alert_groups (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest   text NOT NULL UNIQUE,              -- of the sender's key: that has no bound, an index has
    episode  integer NOT NULL DEFAULT 0,        -- the newest one; it fires again after all was over: a new message
    heard_at timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS alert_episodes (
    group_id    bigint NOT NULL REFERENCES alert_groups ON DELETE CASCADE,
    episode     integer NOT NULL,
    facts       jsonb NOT NULL,                 -- what the newest notification said of the whole group
    severity    text NOT NULL,                  -- the highest there was
    began_at    timestamptz NOT NULL,
    resolved_at timestamptz,                    -- null while something fires
    edits       integer NOT NULL DEFAULT 0,
    PRIMARY KEY (group_id, episode)
);
CREATE INDEX IF NOT EXISTS alert_episodes_open ON alert_episodes (group_id) WHERE resolved_at IS NULL;

-- Who has taken it on, until it is over or grows worse.
ALTER TABLE alert_episodes ADD COLUMN IF NOT EXISTS acked_by text;
ALTER TABLE alert_episodes ADD COLUMN IF NOT EXISTS acked_at timestamptz;

CREATE TABLE IF NOT EXISTS alerts (
    group_id    bigint NOT NULL REFERENCES alert_groups ON DELETE CASCADE,
    fingerprint text NOT NULL,
    starts_at   timestamptz NOT NULL,
    status      text NOT NULL,                  -- firing, resolved, or gone: no longer listed, as when it is silenced
    episode     integer NOT NULL,
    body        jsonb NOT NULL,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (group_id, fingerprint, starts_at)
);

-- An alert that always fires: as long as it comes, whoever watches is alive.
CREATE TABLE IF NOT EXISTS monitors (
    source   text PRIMARY KEY,
    heard_at timestamptz NOT NULL,
    silent   boolean NOT NULL DEFAULT false     -- whether people were told that it has gone silent
);

-- Written by whoever wants to know whether the database takes what is written.
CREATE TABLE IF NOT EXISTS pulse (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    at  timestamptz NOT NULL
);
