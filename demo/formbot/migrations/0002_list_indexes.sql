CREATE INDEX submissions_by_form ON submissions (form_id);
CREATE INDEX submissions_by_time ON submissions (created_at);
