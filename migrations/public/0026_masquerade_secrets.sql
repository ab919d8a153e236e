-- +goose Up
-- The read-only login sees who looked where, and no hashes of codes and sessions.
REVOKE SELECT ON masquerades FROM smooth_read;
GRANT SELECT (id, business_id, actor_id, actor_name, actor_role, subject_id, subject_name, subject_role, mode, consent, decided_by, decided_name, decided_at,
    reason, ticket, created_at, started_at, ended_at, end_reason, pages) ON masquerades TO smooth_read;
REVOKE ALL ON FUNCTION note_owner() FROM PUBLIC;

-- The mails that a business is asked about.
CREATE INDEX notices_held_business_idx ON notices (business_id, created_at, id) WHERE state = 'held';
