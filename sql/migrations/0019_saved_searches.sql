-- Searches that people keep under a name, each their own.
CREATE TABLE saved_searches (
    user_id   integer NOT NULL REFERENCES users ON DELETE CASCADE,
    name      text NOT NULL,
    query     text NOT NULL,
    saved_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, name)
);
