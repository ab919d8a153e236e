-- +goose Up
-- Work that outlasts a request: restoring a business from a file, and changes of
-- many people or tickets at once.

-- A restore and how far it is. The file waits in pieces until it has been read,
-- so that any process can do the work and a killed one's is done again.
CREATE TABLE restores (
    id            uuid PRIMARY KEY,
    actor_id      uuid NOT NULL,
    actor_name    text NOT NULL,
    file_name     text NOT NULL CHECK (char_length(file_name) <= 200),
    -- what the file holds and where it shall be reached; no foreign key, since it
    -- is not there yet, and may be gone again later
    restored_id   uuid NOT NULL,
    restored_name text NOT NULL,
    subdomain     text NOT NULL,
    state         text NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    problem       text NOT NULL DEFAULT '',
    rows_done     integer NOT NULL DEFAULT 0,
    rows_total    integer NOT NULL,
    created_at    timestamptz NOT NULL,
    ended_at      timestamptz
);
CREATE TABLE restore_parts (
    restore_id uuid NOT NULL REFERENCES restores (id) ON DELETE CASCADE,
    position   integer NOT NULL,
    data       bytea NOT NULL,
    PRIMARY KEY (restore_id, position)
);
-- The file is compressed already.
ALTER TABLE restore_parts ALTER COLUMN data SET STORAGE EXTERNAL;

ALTER TABLE restores ENABLE ROW LEVEL SECURITY;
ALTER TABLE restore_parts ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON restores USING ((SELECT current_setting('app.scope', true) = 'platform'));
CREATE POLICY scope ON restore_parts USING ((SELECT current_setting('app.scope', true) = 'platform'));
GRANT SELECT, INSERT, UPDATE ON restores TO smooth_web;
GRANT SELECT, INSERT, DELETE ON restore_parts TO smooth_web;

-- Work on many: of businesses, users or tickets.
ALTER TABLE bulk_runs
    DROP CONSTRAINT bulk_runs_action_check,
    ADD COLUMN noun text NOT NULL DEFAULT 'business' CHECK (noun IN ('business', 'user', 'ticket')),
    ADD CONSTRAINT bulk_runs_action_check CHECK (action IN ('suspend', 'reactivate', 'plan', 'disable', 'enable', 'end_sessions', 'assign', 'status', 'priority', 'undo'));
ALTER TABLE bulk_items RENAME COLUMN business_id TO target_id;
ALTER TABLE bulk_items RENAME COLUMN business_name TO target_name;
ALTER INDEX bulk_items_business_idx RENAME TO bulk_items_target_idx;
