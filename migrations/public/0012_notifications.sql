-- +goose Up
-- What the people of the platform are told: each has rows of the own.
CREATE TABLE notifications (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind       text NOT NULL CHECK (kind IN ('ticket', 'answer', 'sign_up', 'provisioning', 'consent')),
    title      text NOT NULL CHECK (char_length(title) <= 300),
    detail     text NOT NULL DEFAULT '' CHECK (char_length(detail) <= 300),
    href       text NOT NULL,
    created_at timestamptz NOT NULL,
    read_at    timestamptz
);
CREATE INDEX notifications_page_idx ON notifications (user_id, created_at, id);
-- The bell counts these with each page.
CREATE INDEX notifications_unread_idx ON notifications (user_id) WHERE read_at IS NULL;
CREATE INDEX notifications_created_idx ON notifications (created_at);

ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON notifications USING ((SELECT current_setting('app.scope', true) = 'platform'));
GRANT SELECT, UPDATE, DELETE ON notifications TO smooth_web;

-- Tells the active staff of some roles, or one of them, and not who did it
-- (except_id). It runs as the owner because what happens in a business's scope,
-- where no staff is in sight, tells them as well. Nobody is told the same twice
-- while the first is unread and fresh.
-- +goose StatementBegin
CREATE FUNCTION notify_staff(kind text, title text, detail text, href text, at timestamptz, roles text[], person uuid, except_id uuid) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    WITH told AS (
        INSERT INTO public.notifications (id, user_id, kind, title, detail, href, created_at)
        SELECT gen_random_uuid(), u.id, $1, $2, $3, $4, $5 FROM public.users u
        WHERE u.business_id IS NULL AND u.is_active AND (u.role = ANY ($6) OR u.id = $7) AND u.id IS DISTINCT FROM $8
            AND NOT EXISTS (SELECT FROM public.notifications n
                WHERE n.user_id = u.id AND n.read_at IS NULL AND n.kind = $1 AND n.title = $2 AND n.href = $4 AND n.created_at > $5 - interval '1 hour')
        RETURNING 1)
    SELECT count(*) FROM told
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION notify_staff(text, text, text, text, timestamptz, text[], uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notify_staff(text, text, text, text, timestamptz, text[], uuid, uuid) TO smooth_web;
