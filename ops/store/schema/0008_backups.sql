-- The catalogue: what is known about each backup besides where it is.

ALTER TABLE backups ADD COLUMN IF NOT EXISTS engine text NOT NULL DEFAULT 'postgres';  -- mysql, sqlite, folder, config
ALTER TABLE backups ADD COLUMN IF NOT EXISTS tier text NOT NULL DEFAULT 'predeploy';   -- daily, weekly, monthly, manual, safety
ALTER TABLE backups ADD COLUMN IF NOT EXISTS period text;                              -- 2025-10-12, 2025-W41, 2025-10
ALTER TABLE backups ADD COLUMN IF NOT EXISTS encrypted boolean NOT NULL DEFAULT false;
ALTER TABLE backups ADD COLUMN IF NOT EXISTS level smallint NOT NULL DEFAULT 1;        -- 0 read back, 1 decoded whole, 2 restored on trial
ALTER TABLE backups ADD COLUMN IF NOT EXISTS verified_at timestamptz;
ALTER TABLE backups ADD COLUMN IF NOT EXISTS manifest jsonb NOT NULL DEFAULT '{}';     -- what it holds, counted when it was made
ALTER TABLE backups ADD COLUMN IF NOT EXISTS proof jsonb;                              -- what the last trial restore found
ALTER TABLE backups ADD COLUMN IF NOT EXISTS bad text;                                 -- why it cannot be relied on
ALTER TABLE backups ADD COLUMN IF NOT EXISTS pinned_by text;
ALTER TABLE backups ADD COLUMN IF NOT EXISTS pinned_at timestamptz;
ALTER TABLE backups ADD COLUMN IF NOT EXISTS copy_state text;                          -- pending, done, failed; null: none wanted
ALTER TABLE backups ADD COLUMN IF NOT EXISTS copied_at timestamptz;
ALTER TABLE backups ADD COLUMN IF NOT EXISTS copy_error text;
ALTER TABLE backups ADD COLUMN IF NOT EXISTS copy_removed_at timestamptz;
ALTER TABLE backups ADD COLUMN IF NOT EXISTS removed_at timestamptz;
ALTER TABLE backups ADD COLUMN IF NOT EXISTS removed_why text;

-- What the version before wrote down: each was decoded whole; a config file's subject was empty, a name says the rest.
UPDATE backups SET subject = 'config', engine = 'config' WHERE subject = '';
UPDATE backups SET encrypted = true WHERE NOT encrypted AND path LIKE '%.age';
UPDATE backups SET tier = 'manual' WHERE tier = 'predeploy' AND path LIKE '%/manual/%';

-- A period of a tier is backed up once: what is bad or gone does not count, nor what a newer one has replaced.
CREATE UNIQUE INDEX IF NOT EXISTS backups_once ON backups (project, host, subject, tier, period)
    WHERE period IS NOT NULL AND bad IS NULL AND removed_at IS NULL;
CREATE INDEX IF NOT EXISTS backups_of_subject ON backups (project, host, subject, taken_at DESC) WHERE removed_at IS NULL;
