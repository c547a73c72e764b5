-- Who is delivering a letter right now: where two bots share a database, each letter goes out once.
ALTER TABLE outbox ADD COLUMN IF NOT EXISTS taken_by text;
ALTER TABLE outbox ADD COLUMN IF NOT EXISTS taken_at timestamptz;
