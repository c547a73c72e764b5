-- What is watched, what fires, what people are told of it, and what they do not want to hear.

CREATE TABLE IF NOT EXISTS incidents (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    grouping   text NOT NULL,              -- a project, a server, or what a sender of alerts calls one
    severity   text NOT NULL,
    opened_at  timestamptz NOT NULL,
    since      timestamptz NOT NULL,       -- of this firing
    tell_at    timestamptz NOT NULL,       -- gathers until then
    fired      integer NOT NULL,
    told       integer NOT NULL,           -- messages of its own
    told_at    timestamptz,
    resolved_at timestamptz,               -- nothing fires; what fires again soon is the same incident
    closed_at  timestamptz,
    revision   integer NOT NULL,
    members    jsonb NOT NULL,             -- as people are shown them
    body       jsonb NOT NULL              -- who has taken it on, until when it is put off, who has been called
);
CREATE UNIQUE INDEX IF NOT EXISTS incidents_open ON incidents (grouping) WHERE closed_at IS NULL;
CREATE INDEX IF NOT EXISTS incidents_recent ON incidents (opened_at DESC);

CREATE TABLE IF NOT EXISTS subjects (
    key      text PRIMARY KEY,             -- project/host/check/name
    project  text NOT NULL,
    host     text NOT NULL,
    "check"  text NOT NULL,
    name     text NOT NULL,
    grouping text NOT NULL,
    phase    text NOT NULL,                -- ok, suspect, firing, recovering, unknown
    seen_at  timestamptz NOT NULL,
    body     jsonb NOT NULL
);
CREATE INDEX IF NOT EXISTS subjects_by_host ON subjects (host);
CREATE INDEX IF NOT EXISTS subjects_in_trouble ON subjects (grouping) WHERE phase IN ('firing', 'recovering');

CREATE TABLE IF NOT EXISTS mutes (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request    text NOT NULL UNIQUE,       -- what asked for it; the same request never makes two
    target     text NOT NULL,              -- a project, a server, or a key with * in it
    reason     text NOT NULL,
    actor_name text NOT NULL,
    made_at    timestamptz NOT NULL,
    until      timestamptz NOT NULL,
    lifted_by  text,
    lifted_at  timestamptz
);
CREATE INDEX IF NOT EXISTS mutes_in_force ON mutes (until) WHERE lifted_at IS NULL;

-- When each server is looked at next, by whichever process is first.
CREATE TABLE IF NOT EXISTS rounds (
    host    text PRIMARY KEY,
    next_at timestamptz NOT NULL,
    round   integer NOT NULL DEFAULT 0,    -- raised by whoever looks: an older one writes nothing any more
    seen_at timestamptz,                   -- the last round that was written down
    seconds real                           -- that it took
);
