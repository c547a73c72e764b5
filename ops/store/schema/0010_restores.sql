-- Restores that people have asked for, and what was put aside for a day when one was made.

CREATE TABLE IF NOT EXISTS restores (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request      text NOT NULL UNIQUE,   -- what asked for it; the same request never makes two
    project      text NOT NULL,
    kind         text NOT NULL,          -- restore, undo, rollback
    name         text NOT NULL,          -- what has to be typed: the backup's file name, or "undo"
    word         text NOT NULL,          -- and behind it: the database's name
    ref          text NOT NULL,          -- of a rollback: the version
    targets      jsonb NOT NULL,         -- what is put in place of what: ops/backups/target.py
    production   boolean NOT NULL,       -- another person has to agree as well
    asked_by     bigint NOT NULL,
    asked_name   text NOT NULL,
    asked_at     timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    typed_at     timestamptz,            -- when the asker had typed the name
    second_by    bigint,
    second_name  text,
    withdrawn_by text,
    run_id       bigint REFERENCES runs
);
CREATE INDEX IF NOT EXISTS restores_open ON restores (asked_by, id DESC) WHERE run_id IS NULL AND withdrawn_by IS NULL;

CREATE TABLE IF NOT EXISTS asides (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project    text NOT NULL,
    host       text NOT NULL,
    subject    text NOT NULL,            -- the database, file or folder that was replaced
    engine     text NOT NULL,
    name       text NOT NULL,            -- what it is called now
    run_id     bigint NOT NULL REFERENCES runs,
    at         timestamptz NOT NULL,
    drop_after timestamptz NOT NULL,
    gone_at    timestamptz,
    gone_why   text,                     -- undone: it is live again; dropped
    UNIQUE (run_id, subject)
);
CREATE INDEX IF NOT EXISTS asides_there ON asides (project, id DESC) WHERE gone_at IS NULL;
