-- Downtime that people have announced beforehand.

CREATE TABLE IF NOT EXISTS announcements (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request      text NOT NULL UNIQUE,   -- what asked for it; the same request never makes two
    project      text NOT NULL,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    words        text NOT NULL,
    actor_id     bigint NOT NULL,
    actor_name   text NOT NULL,
    announced_at timestamptz NOT NULL,
    withdrawn_by text
);
CREATE INDEX IF NOT EXISTS announcements_by_end ON announcements (ends_at) WHERE withdrawn_by IS NULL;
