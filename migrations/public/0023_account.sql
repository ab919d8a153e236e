-- +goose Up
-- Second factors, passkeys, the step between password and factor, devices that
-- are known, the change of an e-mail address, and tokens that only read.

-- The session check reads this with the person: no further table per request.
ALTER TABLE users ADD COLUMN second_factor boolean NOT NULL DEFAULT false;

-- The key of an authenticator app. Without since it waits for its first code.
-- A code's step of time is stored when it is used and never goes back.
CREATE TABLE authenticators (
    user_id     uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    business_id uuid,
    key         text NOT NULL,
    last_step   bigint NOT NULL DEFAULT 0,
    since       timestamptz
);

CREATE TABLE recovery_codes (
    code_hash   bytea NOT NULL,
    user_id     uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    business_id uuid,
    created_at  timestamptz NOT NULL,
    used_at     timestamptz,
    PRIMARY KEY (user_id, code_hash)
);

-- Passkeys of platform staff; credential is what the library keeps of one.
CREATE TABLE passkeys (
    id            uuid PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    business_id   uuid,
    credential_id bytea NOT NULL,
    credential    jsonb NOT NULL,
    name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz,
    CONSTRAINT passkeys_credential_key UNIQUE (credential_id)
);
CREATE INDEX passkeys_user_idx ON passkeys (user_id);

-- What a browser has begun and not ended: a login whose password was right, or
-- the challenge for a passkey. It gives no rights. The cookie carries a random
-- id; only its hash is here.
CREATE TABLE login_steps (
    id_hash     bytea PRIMARY KEY,
    business_id uuid,
    user_id     uuid REFERENCES users (id) ON DELETE CASCADE,
    kind        text NOT NULL CHECK (kind IN ('factor', 'passkey_login', 'passkey_add')),
    data        text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX login_steps_expires_idx ON login_steps (expires_at);
CREATE INDEX login_steps_user_idx ON login_steps (user_id);

-- Browsers in which somebody has logged in before: what others get wrong does
-- not slow them down.
CREATE TABLE known_devices (
    device_hash bytea NOT NULL,
    user_id     uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    business_id uuid,
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, device_hash)
);
CREATE INDEX known_devices_used_idx ON known_devices (last_used_at);

-- The new address of somebody, until both addresses have said yes.
CREATE TABLE email_changes (
    user_id          uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    business_id      uuid,
    email            text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
    asked_at         timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    old_confirmed_at timestamptz,
    new_confirmed_at timestamptz
);
CREATE INDEX email_changes_expires_idx ON email_changes (expires_at);
ALTER TABLE user_tokens DROP CONSTRAINT user_tokens_purpose_check;
ALTER TABLE user_tokens ADD CONSTRAINT user_tokens_purpose_check
    CHECK (purpose IN ('invitation', 'password_reset', 'email_old', 'email_new'));

ALTER TABLE api_tokens ADD COLUMN read_only boolean NOT NULL DEFAULT false;

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['authenticators', 'recovery_codes', 'passkeys', 'login_steps', 'known_devices', 'email_changes'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format($p$CREATE POLICY scope ON %I USING (
            (SELECT current_setting('app.scope', true) = 'platform')
            OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid)$p$, t);
    END LOOP;
END $$;
-- +goose StatementEnd

-- The read-only login sees none of these.
GRANT SELECT, INSERT, UPDATE, DELETE ON authenticators, recovery_codes, passkeys, login_steps, known_devices, email_changes TO smooth_web;
