-- +goose Up
-- Who comes in: users, what proves them, their sessions, and what they did.

CREATE TABLE users (
    id            uuid PRIMARY KEY,
    business_id   uuid REFERENCES businesses (id),
    email         text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
    name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
    role          text NOT NULL,
    is_active     boolean NOT NULL DEFAULT true,
    last_login_at timestamptz,
    created_at    timestamptz NOT NULL,
    CONSTRAINT users_role_check CHECK (
        business_id IS NULL AND role IN ('SUPERUSER', 'PLATFORM_MANAGER', 'PLATFORM_SUPPORT', 'PLATFORM_SALES')
        OR business_id IS NOT NULL AND role IN ('TENANT_OWNER', 'TENANT_MANAGER', 'TENANT_STAFF', 'CUSTOMER'))
);
CREATE UNIQUE INDEX users_email_key ON users (business_id, lower(email)) NULLS NOT DISTINCT;
CREATE INDEX users_email_idx ON users (lower(email));

CREATE TABLE credentials (
    user_id       uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    business_id   uuid,
    password_hash text NOT NULL,
    changed_at    timestamptz NOT NULL
);

-- The cookie carries a random id; only its hash is here.
CREATE TABLE sessions (
    id_hash          bytea PRIMARY KEY,
    business_id      uuid REFERENCES businesses (id),
    user_id          uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    masquerade_id    uuid,
    created_at       timestamptz NOT NULL,
    authenticated_at timestamptz NOT NULL,
    last_seen_at     timestamptz NOT NULL,
    idle_minutes     integer NOT NULL,
    expires_at       timestamptz NOT NULL,
    revoked_at       timestamptz,
    address          text NOT NULL DEFAULT '',
    user_agent       text NOT NULL DEFAULT ''
);
CREATE INDEX sessions_user_idx ON sessions (user_id);
CREATE INDEX sessions_masquerade_idx ON sessions (masquerade_id) WHERE masquerade_id IS NOT NULL;
CREATE INDEX sessions_expires_idx ON sessions (expires_at);

-- Links that are mailed: good once, until expires_at.
CREATE TABLE user_tokens (
    token_hash  bytea PRIMARY KEY,
    business_id uuid,
    user_id     uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose     text NOT NULL CHECK (purpose IN ('invitation', 'password_reset')),
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz
);
CREATE INDEX user_tokens_user_idx ON user_tokens (user_id, purpose);

-- Failed sign-ins by account and by address (hashes of both), for the throttle.
CREATE TABLE login_failures (
    key bytea NOT NULL,
    at  timestamptz NOT NULL
);
CREATE INDEX login_failures_key_idx ON login_failures (key, at);
CREATE INDEX login_failures_at_idx ON login_failures (at);

CREATE TABLE api_tokens (
    id           uuid PRIMARY KEY,
    business_id  uuid,
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         text NOT NULL,
    token_hash   bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    CONSTRAINT api_tokens_token_hash_key UNIQUE (token_hash)
);

CREATE TABLE masquerades (
    id              uuid PRIMARY KEY,
    business_id     uuid NOT NULL REFERENCES businesses (id),
    actor_id        uuid NOT NULL REFERENCES users (id),
    actor_name      text NOT NULL,
    actor_role      text NOT NULL,
    subject_id      uuid NOT NULL REFERENCES users (id),
    subject_name    text NOT NULL,
    subject_role    text NOT NULL,
    -- the platform session it began in: when that ends, so does this
    session_hash    bytea NOT NULL,
    mode            text NOT NULL CHECK (mode IN ('view', 'write')),
    reason          text NOT NULL CHECK (char_length(reason) >= 10),
    ticket          text NOT NULL DEFAULT '',
    back            text NOT NULL,
    code_hash       bytea NOT NULL,
    code_expires_at timestamptz NOT NULL,
    created_at      timestamptz NOT NULL,
    started_at      timestamptz,
    ended_at        timestamptz,
    end_reason      text NOT NULL DEFAULT '',
    pages           integer NOT NULL DEFAULT 0,
    CONSTRAINT masquerades_code_hash_key UNIQUE (code_hash)
);
CREATE INDEX masquerades_live_idx ON masquerades (actor_id) WHERE ended_at IS NULL;
CREATE INDEX masquerades_business_idx ON masquerades (business_id, created_at);

-- Append-only by grant, without foreign keys: what was done stays on record
-- when the people and things named are gone.
CREATE TABLE audit_log (
    id            uuid PRIMARY KEY,
    at            timestamptz NOT NULL,
    business_id   uuid,
    actor_id      uuid,
    actor_name    text NOT NULL,
    subject_id    uuid,
    subject_name  text NOT NULL,
    masquerade_id uuid,
    action        text NOT NULL,
    object_type   text NOT NULL,
    object_id     text NOT NULL,
    object_name   text NOT NULL,
    details       jsonb NOT NULL DEFAULT '{}',
    address       text NOT NULL DEFAULT ''
);
CREATE INDEX audit_log_business_idx ON audit_log (business_id, at DESC);
CREATE INDEX audit_log_at_idx ON audit_log (at DESC);

CREATE TABLE tickets (
    id          uuid PRIMARY KEY,
    number      bigint GENERATED ALWAYS AS IDENTITY,
    business_id uuid NOT NULL REFERENCES businesses (id),
    opened_by   uuid REFERENCES users (id),
    assignee_id uuid REFERENCES users (id),
    subject     text NOT NULL,
    status      text NOT NULL CHECK (status IN ('open', 'in_progress', 'waiting', 'resolved', 'closed')),
    priority    text NOT NULL CHECK (priority IN ('low', 'medium', 'high', 'critical')),
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT tickets_number_key UNIQUE (number)
);
CREATE INDEX tickets_business_idx ON tickets (business_id, created_at);
CREATE INDEX tickets_status_idx ON tickets (status, created_at);

CREATE TABLE ticket_messages (
    id          uuid PRIMARY KEY,
    ticket_id   uuid NOT NULL REFERENCES tickets (id),
    business_id uuid NOT NULL,
    author_id   uuid,
    author_name text NOT NULL,
    body        text NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE INDEX ticket_messages_ticket_idx ON ticket_messages (ticket_id, created_at);

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['users', 'credentials', 'sessions', 'user_tokens', 'api_tokens', 'masquerades',
                             'audit_log', 'tickets', 'ticket_messages'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format($p$CREATE POLICY scope ON %I USING (
            (SELECT current_setting('app.scope', true) = 'platform')
            OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid)$p$, t);
    END LOOP;
END $$;
-- +goose StatementEnd

GRANT SELECT, INSERT, UPDATE ON users, credentials, sessions, user_tokens, api_tokens, masquerades, tickets TO smooth_web;
GRANT DELETE ON sessions, user_tokens TO smooth_web;
GRANT SELECT, INSERT ON audit_log, ticket_messages TO smooth_web;
GRANT SELECT, INSERT, DELETE ON login_failures TO smooth_web;
GRANT SELECT ON users, masquerades, audit_log, tickets, ticket_messages TO smooth_read;
