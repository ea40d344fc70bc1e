-- Accounts as teams need them: who may do what in which project, tokens that belong to somebody, and
-- the ways in: invitations and identities of an OpenID provider.

CREATE TABLE project_members (
    project_id  integer NOT NULL REFERENCES projects,
    user_id     integer NOT NULL REFERENCES users ON DELETE CASCADE,
    role        text NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    added_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, user_id)
);
CREATE INDEX project_members_user ON project_members (user_id);

-- Until now everybody who could log in could do everything in every project.
INSERT INTO project_members (project_id, user_id, role)
SELECT projects.id, users.id, 'admin' FROM projects, users
WHERE projects.deleted_at IS NULL AND NOT users.is_admin;

-- Somebody who comes by an OpenID provider has no password.
ALTER TABLE users ALTER COLUMN password_hash DROP NOT NULL;

ALTER TABLE auth_tokens
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{read,write,admin}'
        CHECK (scopes <@ '{read,write,admin}' AND scopes <> '{}'),
    ADD COLUMN expires_at timestamptz;
UPDATE auth_tokens SET user_id = (SELECT min(id) FROM users WHERE is_admin AND is_active)
WHERE user_id IS NULL;
DELETE FROM auth_tokens WHERE user_id IS NULL;
ALTER TABLE auth_tokens ALTER COLUMN user_id SET NOT NULL;
CREATE INDEX auth_tokens_user ON auth_tokens (user_id);

ALTER TABLE sessions
    ADD COLUMN id integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    ADD COLUMN last_seen_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN user_agent text NOT NULL DEFAULT '',
    ADD COLUMN remote_addr text NOT NULL DEFAULT '';

CREATE TABLE invitations (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash   bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    email        text NOT NULL CHECK (length(email) <= 255),
    is_admin     boolean NOT NULL DEFAULT false,
    grants       jsonb NOT NULL DEFAULT '[]',   -- [{"project_id": 1, "role": "editor"}]
    invited_by   integer REFERENCES users ON DELETE SET NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    accepted_at  timestamptz,
    revoked_at   timestamptz
);

-- The key of an account at an OpenID provider is issuer and subject. An address can change hands there.
CREATE TABLE identities (
    issuer      text NOT NULL,
    subject     text NOT NULL,
    user_id     integer NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at  timestamptz NOT NULL DEFAULT now(),
    last_login  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_user ON identities (user_id);

-- Failed logins by what they had in common (SHA-256 of a network, an account, or both), and for both
-- when it was right. A crash may forget them.
CREATE UNLOGGED TABLE login_failures (
    subject         bytea PRIMARY KEY,
    failures        integer NOT NULL DEFAULT 0,
    last_failed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_login_at   timestamptz,
    forget_at       timestamptz NOT NULL DEFAULT now() + interval '1 day'
);
CREATE INDEX login_failures_by_time ON login_failures (forget_at);
