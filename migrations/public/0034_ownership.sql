-- +goose Up
-- Who owned a business, since when, until when and by whose word: consent is judged
-- by what was, not by who is left.

-- One row for each time that somebody was an owner with a login. In a restored
-- business one without a person stands for those who owned it before.
CREATE TABLE owner_terms (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    user_id     uuid,
    since       timestamptz NOT NULL,
    until       timestamptz,
    -- the platform's person who made this owner, or whoever made this one's maker
    staff_id    uuid
);
CREATE INDEX owner_terms_business_idx ON owner_terms (business_id, until);
CREATE UNIQUE INDEX owner_terms_open_key ON owner_terms (user_id) WHERE until IS NULL;
ALTER TABLE owner_terms ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON owner_terms USING (
    (SELECT current_setting('app.scope', true) = 'platform')
    OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid);
GRANT SELECT, INSERT, UPDATE ON owner_terms TO smooth_web;

INSERT INTO owner_terms (business_id, user_id, since)
    SELECT business_id, id, COALESCE(owner_since, created_at) FROM users WHERE role = 'TENANT_OWNER' AND is_active;
-- Who lost it on the day before this was known still counts.
INSERT INTO owner_terms (business_id, user_id, since, until)
    SELECT u.business_id, u.id, COALESCE(u.owner_since, u.created_at), l.at FROM users u
    JOIN LATERAL (SELECT max(l.at) AS at FROM audit_log l WHERE l.business_id = u.business_id AND l.object_id = u.id::text AND l.at > now() - interval '1 day'
        AND (l.action = 'user.disabled' AND u.role = 'TENANT_OWNER' OR l.action = 'user.role_changed' AND l.details ->> 'before' = 'TENANT_OWNER')) l ON l.at IS NOT NULL
    WHERE u.business_id IS NOT NULL AND (u.role <> 'TENANT_OWNER' OR NOT u.is_active);

-- Since when somebody holds the role with a login, and who gave it.
ALTER TABLE users
    ADD COLUMN role_since timestamptz,
    ADD COLUMN role_by    uuid;
UPDATE users u SET role_since = GREATEST(u.created_at, l.at), role_by = l.actor_id
    FROM users v LEFT JOIN LATERAL (SELECT at, actor_id FROM audit_log
        WHERE object_id = v.id::text AND action IN ('user.invited', 'user.created', 'user.role_changed', 'user.enabled') ORDER BY at DESC LIMIT 1) l ON true
    WHERE v.id = u.id AND u.business_id IS NULL;

-- A trigger, so that no way to a role forgets it. Tests bring a clock of their own.
DROP TRIGGER note_owner ON users;
DROP FUNCTION note_owner();
ALTER TABLE users DROP COLUMN owner_since;
-- +goose StatementBegin
CREATE FUNCTION note_role() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    at timestamptz := COALESCE(NULLIF(pg_catalog.current_setting('app.now', true), '')::timestamptz, pg_catalog.now());
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.role_since := NEW.created_at;
    ELSIF OLD.role <> NEW.role OR NOT OLD.is_active AND NEW.is_active THEN
        NEW.role_since := at;
        NEW.role_by := NULL;
    ELSE
        NEW.role_since := OLD.role_since;
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION note_owner() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    at timestamptz := COALESCE(NULLIF(pg_catalog.current_setting('app.now', true), '')::timestamptz, pg_catalog.now());
    was boolean := TG_OP <> 'INSERT' AND OLD.role = 'TENANT_OWNER' AND OLD.is_active;
    owns boolean := NEW.role = 'TENANT_OWNER' AND NEW.is_active;
BEGIN
    IF owns AND NOT was THEN
        INSERT INTO public.owner_terms (business_id, user_id, since) VALUES (NEW.business_id, NEW.id, CASE WHEN TG_OP = 'INSERT' THEN NEW.created_at ELSE at END);
    ELSIF was AND NOT owns THEN
        UPDATE public.owner_terms SET until = GREATEST(since, at) WHERE user_id = NEW.id AND until IS NULL;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER note_role BEFORE INSERT OR UPDATE OF role, is_active, role_since ON users FOR EACH ROW EXECUTE FUNCTION note_role();
CREATE TRIGGER note_owner AFTER INSERT OR UPDATE OF role, is_active ON users FOR EACH ROW EXECUTE FUNCTION note_owner();
REVOKE ALL ON FUNCTION note_role() FROM PUBLIC;
REVOKE ALL ON FUNCTION note_owner() FROM PUBLIC;

-- The names of a deleted business stay reserved, and come back with it alone.
ALTER TABLE domains ADD COLUMN formerly_of uuid;
UPDATE domains d SET formerly_of = l.business_id FROM audit_log l
    WHERE d.business_id IS NULL AND l.action = 'business.deletion_began' AND l.details ->> 'subdomain' = d.name;

-- A schema that is being filled from a file is nobody's, and stands ready for nobody.
ALTER TABLE tenant_schemas DROP CONSTRAINT tenant_schemas_state_check;
ALTER TABLE tenant_schemas ADD CONSTRAINT tenant_schemas_state_check CHECK (state IN ('ready', 'failed', 'restoring'));
