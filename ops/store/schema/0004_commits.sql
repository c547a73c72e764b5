-- The commit a run was about: what became of a commit the last time it was tried.

ALTER TABLE runs ADD COLUMN IF NOT EXISTS commit text;

CREATE INDEX IF NOT EXISTS runs_by_commit ON runs (project, commit, id DESC) WHERE commit IS NOT NULL;
