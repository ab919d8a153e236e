-- +goose Up
-- The audit log is searched by everything that its lines show.
CREATE INDEX audit_log_search_idx ON audit_log USING gin
    (lower(actor_name || ' ' || subject_name || ' ' || object_name || ' ' || action) gin_trgm_ops);
CREATE INDEX audit_log_page_idx ON audit_log (at, id);
CREATE INDEX audit_log_actor_idx ON audit_log (actor_id, at);
CREATE INDEX masquerades_page_idx ON masquerades (created_at, id);
DROP INDEX audit_log_at_idx;
CREATE INDEX audit_log_masquerade_idx ON audit_log (masquerade_id, at) WHERE masquerade_id IS NOT NULL;
