-- Wishes: what somebody asked for while another run held the project. A button that waits in line names one.

CREATE TABLE IF NOT EXISTS wishes (
    id       bigserial PRIMARY KEY,
    key      text NOT NULL UNIQUE,    -- the asking itself, as in runs.request: said twice, it is kept once
    project  text NOT NULL,
    runbook  text NOT NULL,
    given    jsonb NOT NULL,          -- values, by name
    hosts    text[] NOT NULL,
    made_at  timestamptz NOT NULL
);
