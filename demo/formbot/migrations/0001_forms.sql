CREATE TABLE forms (
    id    integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug  text NOT NULL UNIQUE,
    title text NOT NULL
);

CREATE TABLE submissions (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    form_id    integer NOT NULL REFERENCES forms,
    email      text NOT NULL,
    body       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
