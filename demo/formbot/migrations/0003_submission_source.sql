ALTER TABLE submissions ADD COLUMN source text NOT NULL DEFAULT 'web';
UPDATE submissions SET source = 'import' WHERE id % 10 = 0;
