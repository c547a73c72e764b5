-- Key proofs: challenges to show that somebody can still open what is encrypted for a key. Of the word only its hash is here.

CREATE TABLE IF NOT EXISTS key_proofs (
    id        bigserial PRIMARY KEY,
    recipient text NOT NULL,              -- a public key of age
    number    integer NOT NULL,           -- counts the challenges of this key: two processes never make the same one
    project   text NOT NULL,              -- whose server has sealed it, and whose operators may answer
    word_hash text NOT NULL,              -- SHA-256, hexadecimal
    sealed    text NOT NULL,              -- the word, encrypted for this key alone
    asked_at  timestamptz NOT NULL,
    proven_at timestamptz,
    proven_by text,
    UNIQUE (recipient, number)
);
CREATE INDEX IF NOT EXISTS key_proofs_by_word ON key_proofs (word_hash);
