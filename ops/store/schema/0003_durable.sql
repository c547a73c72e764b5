-- Who drives a run, which runs wait, what people tell them, and which boot of a server they have seen.

-- Raised by every process that takes the run up: who knows an older one writes nothing any more.
ALTER TABLE runs ADD COLUMN IF NOT EXISTS epoch integer NOT NULL DEFAULT 0;
-- Null while the run waits in its project's line.
ALTER TABLE runs ADD COLUMN IF NOT EXISTS begun_at timestamptz;
-- Since when a person is asked; null while nobody is.
ALTER TABLE runs ADD COLUMN IF NOT EXISTS asked_at timestamptz;
-- The run whose good steps this one has taken over.
ALTER TABLE runs ADD COLUMN IF NOT EXISTS resumes bigint REFERENCES runs;

CREATE INDEX IF NOT EXISTS runs_waiting ON runs (project, id) WHERE begun_at IS NULL AND result IS NULL;
CREATE INDEX IF NOT EXISTS runs_asking ON runs (id) WHERE asked_at IS NOT NULL AND result IS NULL;

-- What people tell a run: an event each, removed by the transaction that makes it part of the run.
CREATE TABLE IF NOT EXISTS signals (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id  bigint NOT NULL REFERENCES runs,
    body    jsonb NOT NULL,
    told_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS signals_by_run ON signals (run_id, id);

-- The boot id that a run last started a job under: a job that was to start under another one is not started.
CREATE TABLE IF NOT EXISTS boots (
    run_id bigint NOT NULL REFERENCES runs,
    host   text NOT NULL,
    boot   text NOT NULL,
    PRIMARY KEY (run_id, host)
);
