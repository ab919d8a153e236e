-- +goose Up
-- Changes by support need the business's consent.
ALTER TABLE businesses ADD COLUMN support_consent text NOT NULL DEFAULT 'ask'
    CONSTRAINT businesses_support_consent_check CHECK (support_consent IN ('always', 'ask', 'never'));

-- A masquerade that waits for consent has no code yet.
ALTER TABLE masquerades
    ALTER COLUMN code_hash DROP NOT NULL,
    ALTER COLUMN code_expires_at DROP NOT NULL,
    -- on what a masquerade with changes rests; one that only views needs nothing
    ADD COLUMN consent text NOT NULL DEFAULT 'unneeded' CONSTRAINT masquerades_consent_check
        CHECK (consent IN ('unneeded', 'standing', 'asked', 'granted', 'approved', 'declined', 'withdrawn')),
    ADD COLUMN decided_by   uuid,
    ADD COLUMN decided_name text NOT NULL DEFAULT '',
    ADD COLUMN decided_at   timestamptz,
    ADD CONSTRAINT masquerades_mode_consent_check CHECK ((mode = 'view') = (consent = 'unneeded'));
CREATE INDEX masquerades_waiting_idx ON masquerades (created_at, id)
    WHERE ended_at IS NULL AND started_at IS NULL AND consent IN ('asked', 'granted', 'approved');

-- The links in the mails that ask owners for consent: each knows one owner.
CREATE TABLE consent_links (
    token_hash    bytea PRIMARY KEY,
    business_id   uuid NOT NULL,
    masquerade_id uuid NOT NULL REFERENCES masquerades (id),
    user_id       uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX consent_links_masquerade_idx ON consent_links (masquerade_id, user_id);
CREATE INDEX consent_links_user_idx ON consent_links (user_id);
CREATE INDEX consent_links_expires_idx ON consent_links (expires_at);
ALTER TABLE consent_links ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON consent_links USING (
    (SELECT current_setting('app.scope', true) = 'platform')
    OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid);
GRANT SELECT, INSERT, DELETE ON consent_links TO smooth_web;

-- Since when somebody owns a business: who was made an owner just now must not
-- be the one who consents. A trigger, so that no way to a role forgets it.
ALTER TABLE users ADD COLUMN owner_since timestamptz;
UPDATE users SET owner_since = created_at WHERE role = 'TENANT_OWNER';
-- +goose StatementBegin
CREATE FUNCTION note_owner() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.role <> 'TENANT_OWNER' THEN
        NEW.owner_since := NULL;
    ELSIF TG_OP = 'INSERT' THEN
        NEW.owner_since := NEW.created_at;
    ELSIF OLD.role <> NEW.role OR NOT OLD.is_active AND NEW.is_active THEN
        NEW.owner_since := pg_catalog.now();
    ELSE
        NEW.owner_since := OLD.owner_since;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER note_owner BEFORE INSERT OR UPDATE OF role, is_active, owner_since ON users FOR EACH ROW EXECUTE FUNCTION note_owner();
