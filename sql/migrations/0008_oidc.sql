-- Logins that are under way at an OpenID provider. A crash may forget them.

CREATE UNLOGGED TABLE sso_logins (
    state_hash       bytea PRIMARY KEY CHECK (octet_length(state_hash) = 32),
    browser_hash     bytea NOT NULL,      -- of the cookie of the browser that started it
    nonce            text NOT NULL,
    code_verifier    text NOT NULL,
    next_path        text NOT NULL,
    link_user_id     integer REFERENCES users ON DELETE CASCADE,
    invitation_hash  bytea,
    expires_at       timestamptz NOT NULL
);
CREATE INDEX sso_logins_by_time ON sso_logins (expires_at);
