ALTER TABLE submissions ADD COLUMN status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'seen', 'archived'));
CREATE INDEX submissions_by_status ON submissions (status);
