-- +goose Up
-- An end is an end: what was on its way when a session, a masquerade or a token
-- ended is not written any more.

-- Counts what changed about a session that goes on: another role, the business
-- suspended. A request that was let in before is not written after.
ALTER TABLE sessions ADD COLUMN generation integer NOT NULL DEFAULT 0;

-- hold_session is asked in the trip that commits whatever a session writes. It
-- locks the session's row, which all that ends a session changes: who comes first
-- is written first, who comes second finds the other's word. ending is for those
-- who are about to end the session themselves: two that share a lock and then
-- both want it alone would wait for each other for ever. It runs as the owner because
-- in a business's scope no session of the platform is in sight.
-- +goose StatementBegin
CREATE FUNCTION hold_session(hash bytea, seen integer, at timestamptz, ending boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE s public.sessions;
BEGIN
    IF ending THEN
        SELECT * INTO s FROM public.sessions WHERE id_hash = hash FOR NO KEY UPDATE;
    ELSE
        SELECT * INTO s FROM public.sessions WHERE id_hash = hash FOR SHARE;
    END IF;
    IF NOT FOUND OR s.revoked_at IS NOT NULL OR s.expires_at <= at OR s.last_seen_at <= at - s.idle_minutes * interval '1 minute'
        OR NOT EXISTS (SELECT FROM public.users u WHERE u.id = s.user_id AND u.is_active)
        OR s.masquerade_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.masquerades m JOIN public.sessions o ON o.id_hash = m.session_hash
            WHERE m.id = s.masquerade_id AND m.ended_at IS NULL AND o.revoked_at IS NULL) THEN
        RAISE EXCEPTION 'the session is over' USING ERRCODE = 'SS001';
    END IF;
    IF s.generation <> seen THEN
        RAISE EXCEPTION 'the session has changed' USING ERRCODE = 'SS002';
    END IF;
END $$;

-- hold_token is the same for a token of the API.
CREATE FUNCTION hold_token(token uuid, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    PERFORM FROM public.api_tokens WHERE id = token AND revoked_at IS NULL AND expires_at > at FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the token is over' USING ERRCODE = 'SS001';
    END IF;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION hold_session(bytea, integer, timestamptz, boolean), hold_token(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hold_session(bytea, integer, timestamptz, boolean), hold_token(uuid, timestamptz) TO smooth_web;

-- The addresses of calendar feeds, each of the person who made it. They lay beside
-- the calendar before, which nobody's leaving ended. user_id is null for those of
-- rooms and equipment that were made then, since nobody knows by whom: such a one
-- ends with the first of the team whose addresses end.
CREATE TABLE calendar_feeds (
    secret_hash bytea PRIMARY KEY,
    business_id uuid NOT NULL,
    resource_id uuid NOT NULL, -- in the schema of the business
    user_id     uuid REFERENCES users (id) ON DELETE CASCADE,
    created_at  timestamptz NOT NULL
);
CREATE INDEX calendar_feeds_user_idx ON calendar_feeds (user_id);
CREATE INDEX calendar_feeds_business_idx ON calendar_feeds (business_id, resource_id);
ALTER TABLE calendar_feeds ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON calendar_feeds USING (
    (SELECT current_setting('app.scope', true) = 'platform')
    OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid);
-- Nothing about a feed changes: it is made and it ends.
GRANT SELECT, INSERT, DELETE ON calendar_feeds TO smooth_web;

-- What was made before goes on at the same address, now with whose calendar it is.
-- +goose StatementBegin
DO $$
DECLARE s record;
BEGIN
    FOR s IN SELECT schema_name, business_id FROM tenant_schemas WHERE business_id IS NOT NULL AND version >= 5 LOOP
        EXECUTE format('INSERT INTO public.calendar_feeds (secret_hash, business_id, resource_id, user_id, created_at)
            SELECT sha256(uuid_send(r.feed_secret)), $1, r.id, u.id, now() FROM %1$I.resources r
            LEFT JOIN public.users u ON u.id = r.user_id AND u.is_active AND u.business_id = $1 WHERE r.feed_secret IS NOT NULL', s.schema_name) USING s.business_id;
        EXECUTE format('UPDATE %I.resources SET feed_secret = NULL WHERE feed_secret IS NOT NULL', s.schema_name);
    END LOOP;
END $$;
-- +goose StatementEnd
