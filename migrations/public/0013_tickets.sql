-- +goose Up
-- Tickets become a desk: who waits since when, both sides of a conversation,
-- notes that the business never sees, files, prepared answers.

-- Hours until an answer is due, around the clock, by plan and priority.
CREATE TABLE sla_hours (
    plan     text NOT NULL REFERENCES plans (code),
    priority text NOT NULL CHECK (priority IN ('low', 'medium', 'high', 'critical')),
    hours    integer NOT NULL CHECK (hours BETWEEN 1 AND 720),
    PRIMARY KEY (plan, priority)
);
INSERT INTO sla_hours VALUES
    ('free',         'low', 120), ('free',         'medium', 72), ('free',         'high', 48), ('free',         'critical', 24),
    ('professional', 'low',  72), ('professional', 'medium', 24), ('professional', 'high', 12), ('professional', 'critical', 8),
    ('business',     'low',  48), ('business',     'medium', 12), ('business',     'high',  8), ('business',     'critical', 4),
    ('enterprise',   'low',  24), ('enterprise',   'medium',  8), ('enterprise',   'high',  4), ('enterprise',   'critical', 1);
GRANT SELECT ON sla_hours TO smooth_web, smooth_read;

ALTER TABLE tickets
    -- the business wrote last
    ADD COLUMN unanswered         boolean NOT NULL DEFAULT true,
    -- the clock of the answer runs since then; NULL while it stands
    ADD COLUMN waiting_since      timestamptz,
    -- what ran before it was stopped last
    ADD COLUMN clock_used_seconds integer NOT NULL DEFAULT 0,
    ADD COLUMN first_answered_at  timestamptz,
    ADD COLUMN closed_at          timestamptz,
    ADD CONSTRAINT tickets_subject_check CHECK (char_length(subject) BETWEEN 1 AND 200);

ALTER TABLE ticket_messages ADD COLUMN from_staff boolean NOT NULL DEFAULT false;
UPDATE ticket_messages m SET from_staff = true FROM users u WHERE u.id = m.author_id AND u.business_id IS NULL;
UPDATE tickets t SET closed_at = CASE WHEN status = 'closed' THEN updated_at END,
    unanswered = NOT COALESCE((SELECT m.from_staff FROM ticket_messages m WHERE m.ticket_id = t.id ORDER BY m.created_at DESC LIMIT 1), false),
    first_answered_at = (SELECT min(m.created_at) FROM ticket_messages m WHERE m.ticket_id = t.id AND m.from_staff);
UPDATE tickets SET waiting_since = updated_at WHERE unanswered AND status IN ('open', 'in_progress');

-- An index for each order of the queue, and one for each filter.
CREATE INDEX tickets_waiting_idx ON tickets ((COALESCE(waiting_since, TIMESTAMPTZ '9999-01-01 00:00:00+00')), id);
CREATE INDEX tickets_created_idx ON tickets (created_at, id);
CREATE INDEX tickets_updated_idx ON tickets (updated_at, id);
CREATE INDEX tickets_priority_idx ON tickets ((CASE priority WHEN 'low' THEN 1 WHEN 'medium' THEN 2 WHEN 'high' THEN 3 ELSE 4 END), id);
CREATE INDEX tickets_assignee_idx ON tickets (assignee_id, status);
CREATE INDEX tickets_business_page_idx ON tickets (business_id, updated_at, id);
CREATE INDEX tickets_subject_idx ON tickets USING gin (lower(subject) gin_trgm_ops);

-- In a table of their own, so that no query of a business can meet them: its
-- policy knows the platform's scope only.
CREATE TABLE ticket_notes (
    id          uuid PRIMARY KEY,
    ticket_id   uuid NOT NULL REFERENCES tickets (id),
    author_id   uuid,
    author_name text NOT NULL,
    body        text NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE INDEX ticket_notes_ticket_idx ON ticket_notes (ticket_id, created_at);

CREATE TABLE ticket_files (
    id          uuid PRIMARY KEY,
    business_id uuid NOT NULL,
    ticket_id   uuid NOT NULL REFERENCES tickets (id),
    message_id  uuid NOT NULL REFERENCES ticket_messages (id),
    name        text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
    media_type  text NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf', 'text/plain', 'text/csv')),
    size        integer NOT NULL CHECK (size BETWEEN 1 AND 5242880),
    data        bytea NOT NULL,
    created_at  timestamptz NOT NULL
);
-- Pictures and documents are compressed already.
ALTER TABLE ticket_files ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE INDEX ticket_files_ticket_idx ON ticket_files (ticket_id, created_at);

CREATE TABLE canned_replies (
    id         uuid PRIMARY KEY,
    title      text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 80),
    body       text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX canned_replies_title_key ON canned_replies (lower(title));

ALTER TABLE ticket_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE ticket_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE canned_replies ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON ticket_notes USING ((SELECT current_setting('app.scope', true) = 'platform'));
CREATE POLICY scope ON canned_replies USING ((SELECT current_setting('app.scope', true) = 'platform'));
CREATE POLICY scope ON ticket_files USING (
    (SELECT current_setting('app.scope', true) = 'platform')
    OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid);
GRANT SELECT, INSERT ON ticket_notes, ticket_files TO smooth_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON canned_replies TO smooth_web;
GRANT SELECT ON ticket_files TO smooth_read;

-- The lines of the queue; a view for the same reason as business_lines.
CREATE VIEW ticket_lines AS
SELECT t.id, t.number, t.business_id, t.opened_by, t.assignee_id, t.subject, t.status, t.priority, t.created_at, t.updated_at, t.unanswered,
    t.waiting_since, t.clock_used_seconds, t.first_answered_at, t.closed_at, lower(t.subject) AS subject_search,
    b.name AS business_name, b.subdomain, b.plan, b.status AS business_status,
    COALESCE(a.name, '') AS assignee_name, COALESCE(o.name, '') AS opener_name, COALESCE(o.is_active, false) AS opener_active,
    t.waiting_since + s.hours * interval '1 hour' - t.clock_used_seconds * interval '1 second' AS due_at
FROM tickets t JOIN businesses b ON b.id = t.business_id JOIN sla_hours s ON s.plan = b.plan AND s.priority = t.priority
    LEFT JOIN users a ON a.id = t.assignee_id LEFT JOIN users o ON o.id = t.opened_by
WHERE (SELECT current_setting('app.scope', true) = 'platform');
GRANT SELECT ON ticket_lines TO smooth_web;

-- The history of a ticket.
CREATE INDEX audit_log_ticket_idx ON audit_log (object_id, at) WHERE object_type = 'ticket';

-- As before, and: a person who has left is replaced by the roles.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION notify_staff(kind text, title text, detail text, href text, at timestamptz, roles text[], person uuid, except_id uuid) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    WITH told AS (
        INSERT INTO public.notifications (id, user_id, kind, title, detail, href, created_at)
        SELECT gen_random_uuid(), u.id, $1, $2, $3, $4, $5 FROM public.users u
        WHERE u.business_id IS NULL AND u.is_active AND u.id IS DISTINCT FROM $8
            AND CASE WHEN EXISTS (SELECT FROM public.users p WHERE p.id = $7 AND p.is_active) THEN u.id = $7 ELSE u.role = ANY ($6) END
            AND NOT EXISTS (SELECT FROM public.notifications n
                WHERE n.user_id = u.id AND n.read_at IS NULL AND n.kind = $1 AND n.title = $2 AND n.href = $4 AND n.created_at > $5 - interval '1 hour')
        RETURNING 1)
    SELECT count(*) FROM told
$$;
-- +goose StatementEnd
