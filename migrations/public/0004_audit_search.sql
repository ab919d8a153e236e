-- +goose Up
-- The audit log is searched by everything that its lines show.
CREATE INDEX audit_log_search_idx ON audit_log USING gin
    (lower(actor_name || ' ' || subject_name || ' ' || object_name || ' ' || action) gin_trgm_ops);
CREATE INDEX audit_log_page_idx ON audit_log (at, id);
CREATE INDEX audit_log_actor_idx ON audit_log (actor_id, at);
CREATE INDEX masquerades_page_idx ON masquerades (created_at, id);
DROP INDEX audit_log_at_idx;

-- For the same reason as business_lines: a search can use no index under
-- row-level security.
CREATE VIEW audit_lines AS
SELECT l.id, l.at, l.business_id, l.actor_id, l.actor_name, l.subject_name, l.action, l.object_type, l.object_name, l.details, l.address,
    COALESCE(b.name, '') AS business_name
FROM audit_log l LEFT JOIN businesses b ON b.id = l.business_id
WHERE (SELECT current_setting('app.scope', true) = 'platform');
GRANT SELECT ON audit_lines TO smooth_web;

CREATE INDEX audit_log_masquerade_idx ON audit_log (masquerade_id, at) WHERE masquerade_id IS NOT NULL;
