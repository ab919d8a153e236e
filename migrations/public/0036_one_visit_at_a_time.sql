-- +goose Up
-- Who looks into a business: one visit at a time, under a name that stays what it
-- was, opened by the browser that asked.

ALTER TABLE masquerades
    ADD COLUMN actor_email  text NOT NULL DEFAULT '',
    -- what the browser that asked must show when it spends the code
    ADD COLUMN browser_hash bytea,
    -- who ended it, where somebody else did
    ADD COLUMN ended_by     text NOT NULL DEFAULT '',
    -- the pages of the running minute, for the rate
    ADD COLUMN minute       timestamptz,
    ADD COLUMN minute_pages integer NOT NULL DEFAULT 0;
UPDATE masquerades m SET actor_email = u.email FROM users u WHERE u.id = m.actor_id;

-- Of visits that run side by side the newest goes on.
WITH newest AS (
    SELECT DISTINCT ON (actor_id) id FROM masquerades WHERE ended_at IS NULL AND started_at IS NOT NULL ORDER BY actor_id, started_at DESC, id DESC
), ended AS (
    UPDATE masquerades m SET ended_at = now(), end_reason = 'another visit began'
    WHERE m.ended_at IS NULL AND m.started_at IS NOT NULL AND m.id NOT IN (SELECT id FROM newest) RETURNING m.*
), out AS (
    UPDATE sessions s SET revoked_at = now() FROM ended e WHERE s.masquerade_id = e.id AND s.revoked_at IS NULL
)
INSERT INTO audit_log (id, at, business_id, actor_id, actor_name, subject_id, subject_name, masquerade_id, action, object_type, object_id, object_name, details)
SELECT gen_random_uuid(), now(), business_id, actor_id, actor_name, subject_id, subject_name, id, 'masquerade.ended', 'user', CAST(subject_id AS text), subject_name,
    '{"why": "another visit began"}' FROM ended;

DROP INDEX masquerades_live_idx;
CREATE UNIQUE INDEX masquerades_one_live_key ON masquerades (actor_id) WHERE ended_at IS NULL AND started_at IS NOT NULL;
-- How many somebody began lately.
CREATE INDEX masquerades_actor_idx ON masquerades (actor_id, created_at);
GRANT SELECT (actor_email, ended_by) ON masquerades TO smooth_read;

-- No two people of the platform have names that read alike: the program folds
-- case, accents and what can't be seen. Namesakes that are there keep theirs.
ALTER TABLE users ADD COLUMN staff_name_key text;
UPDATE users u SET staff_name_key = k.key || CASE WHEN k.n > 1 THEN ' ' || u.id ELSE '' END
FROM (SELECT id, lower(replace(name, ' ', '')) AS key, row_number() OVER (PARTITION BY lower(replace(name, ' ', '')) ORDER BY created_at, id) AS n
      FROM users WHERE business_id IS NULL) k
WHERE k.id = u.id;
CREATE UNIQUE INDEX users_staff_name_key ON users (staff_name_key) WHERE business_id IS NULL;

-- Whose name a message carries that support wrote in somebody's place; the author
-- is who wrote it.
ALTER TABLE ticket_messages ADD COLUMN as_name text NOT NULL DEFAULT '';

-- Mail to customers that support caused, about whatever: the job as it would have
-- been made, held until somebody of the business sends or discards it.
CREATE TABLE held_mails (
    id            uuid PRIMARY KEY,
    business_id   uuid NOT NULL REFERENCES businesses (id),
    masquerade_id uuid NOT NULL,
    user_id       uuid REFERENCES users (id) ON DELETE CASCADE,
    kind          text NOT NULL,
    args          text NOT NULL,
    state         text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'sent', 'dropped')),
    created_at    timestamptz NOT NULL,
    changed_at    timestamptz NOT NULL
);
CREATE INDEX held_mails_business_idx ON held_mails (business_id, created_at, id) WHERE state = 'held';
CREATE INDEX held_mails_user_idx ON held_mails (user_id);
ALTER TABLE held_mails ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON held_mails USING (
    (SELECT current_setting('app.scope', true) = 'platform')
    OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid);
GRANT SELECT, INSERT, UPDATE ON held_mails TO smooth_web;
GRANT SELECT ON held_mails TO smooth_read;
