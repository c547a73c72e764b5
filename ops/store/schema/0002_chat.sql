-- What came in from the chat, what goes out to it, and who is who.

CREATE TABLE IF NOT EXISTS inbox (
    update_id   bigint PRIMARY KEY,
    body        jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    handled_at  timestamptz,
    attempts    integer NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS inbox_open ON inbox (update_id) WHERE handled_at IS NULL;

CREATE TABLE IF NOT EXISTS outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key        text NOT NULL UNIQUE,      -- the same thing is never queued twice
    kind       text NOT NULL,
    body       jsonb NOT NULL,
    chat_id    bigint NOT NULL,
    thread_id  bigint,
    urgency    smallint NOT NULL,         -- the lower the sooner
    created_at timestamptz NOT NULL,
    sent_at    timestamptz,
    message_id bigint,
    dropped    text                       -- why it can never be delivered
);
CREATE INDEX IF NOT EXISTS outbox_open ON outbox (urgency, id) WHERE sent_at IS NULL AND dropped IS NULL;

CREATE TABLE IF NOT EXISTS people (
    id       bigint PRIMARY KEY,
    language text NOT NULL
);

-- A group that became a supergroup has another id from then on.
CREATE TABLE IF NOT EXISTS chat_moves (
    old_id bigint PRIMARY KEY,
    new_id bigint NOT NULL
);

CREATE TABLE IF NOT EXISTS audit (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL,
    actor_id bigint NOT NULL,
    chat_id  bigint NOT NULL,
    action   text NOT NULL,
    verdict  text NOT NULL,
    detail   jsonb NOT NULL
);
