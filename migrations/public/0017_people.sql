-- +goose Up
-- The directory of everyone, for the same reason as business_lines: a search can
-- use no index under row-level security.
CREATE VIEW user_lines AS
SELECT u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at,
    COALESCE(b.name, '') AS business_name, COALESCE(b.subdomain, '') AS business_subdomain, COALESCE(b.status, '') AS business_status,
    lower(u.name) AS name_sort, lower(u.email) AS email_sort, COALESCE(u.last_login_at, TIMESTAMPTZ 'epoch') AS seen_sort,
    lower(u.name || ' ' || u.email) AS search_text
FROM users u LEFT JOIN businesses b ON b.id = u.business_id
WHERE (SELECT current_setting('app.scope', true) = 'platform');
GRANT SELECT ON user_lines TO smooth_web;

-- What happened to a person or a thing, and lines that lead there.
CREATE INDEX audit_log_object_idx ON audit_log (object_id, at);
CREATE OR REPLACE VIEW audit_lines AS
SELECT l.id, l.at, l.business_id, l.actor_id, l.actor_name, l.subject_name, l.action, l.object_type, l.object_name, l.details, l.address,
    COALESCE(b.name, '') AS business_name, l.object_id
FROM audit_log l LEFT JOIN businesses b ON b.id = l.business_id
WHERE (SELECT current_setting('app.scope', true) = 'platform');
