-- +goose Up
-- A mark around each mail, so that a job which runs again sends nothing twice.
-- 'sending' left by a program that died says: it may have been sent.
CREATE TABLE sent_mails (
    key         text PRIMARY KEY,
    kind        text NOT NULL,
    business_id uuid,
    state       text NOT NULL CHECK (state IN ('sending', 'sent', 'unsure')),
    at          timestamptz NOT NULL
);
CREATE INDEX sent_mails_at_idx ON sent_mails (at);

-- Sign-ups wait here until their mailed link is confirmed; only then is there a
-- business. The hashes are of the link's token and of the code with which its
-- owner enters the new business's host.
CREATE TABLE signups (
    id              uuid PRIMARY KEY,
    business_name   text NOT NULL CHECK (char_length(business_name) BETWEEN 1 AND 120),
    subdomain       text NOT NULL,
    time_zone       text NOT NULL,
    plan            text NOT NULL REFERENCES plans (code),
    owner_name      text NOT NULL CHECK (char_length(owner_name) BETWEEN 1 AND 120),
    owner_email     text NOT NULL CHECK (char_length(owner_email) BETWEEN 3 AND 254),
    password_hash   text NOT NULL,
    address         text NOT NULL,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    token_hash      bytea,
    confirmed_at    timestamptz,
    business_id     uuid,
    user_id         uuid,
    code_hash       bytea,
    code_expires_at timestamptz,
    entered_at      timestamptz
);
CREATE UNIQUE INDEX signups_token_hash_key ON signups (token_hash);
CREATE UNIQUE INDEX signups_code_hash_key ON signups (code_hash);
CREATE INDEX signups_expires_idx ON signups (expires_at);

-- What an owner has seen enough of.
ALTER TABLE businesses ADD COLUMN checklist_dismissed_at timestamptz;

ALTER TABLE sent_mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE signups ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON sent_mails USING ((SELECT current_setting('app.scope', true) = 'platform'));
CREATE POLICY scope ON signups USING (
    (SELECT current_setting('app.scope', true) = 'platform')
    OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON sent_mails, signups TO smooth_web;
