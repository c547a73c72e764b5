-- The keeping of backups: since when they are scheduled, what was seen on servers, and who looks next.

-- A schedule promises nothing for the time before it was first seen.
CREATE TABLE IF NOT EXISTS backup_schedules (
    project text NOT NULL,
    kind    text NOT NULL,              -- daily, weekly, monthly, drill
    since   timestamptz NOT NULL,
    PRIMARY KEY (project, kind)
);

-- Whoever does something periodic takes it until a time: another process does it only afterwards.
CREATE TABLE IF NOT EXISTS claims (
    name  text PRIMARY KEY,
    until timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS size_samples (
    project text NOT NULL,
    host    text NOT NULL,
    subject text NOT NULL,              -- the database or folder
    day     date NOT NULL,              -- in the team's zone
    bytes   bigint NOT NULL,
    PRIMARY KEY (project, host, subject, day)
);

CREATE TABLE IF NOT EXISTS room_samples (
    host   text NOT NULL,
    folder text NOT NULL,               -- where backups are
    at     timestamptz NOT NULL,
    free   bigint NOT NULL,             -- bytes
    PRIMARY KEY (host, folder, at)
);

-- When a backup's file was last read and found to be what it was.
CREATE TABLE IF NOT EXISTS backup_reads (
    backup_id bigint PRIMARY KEY REFERENCES backups,
    read_at   timestamptz NOT NULL
);
