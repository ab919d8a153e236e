-- +goose Up
-- Figures that agree: what was taken back never happened to them, and days whose
-- rows changed later are computed anew.

-- A step that was taken back counts for nothing; the one who took it back and when
-- are in the audit log.
ALTER TABLE plan_changes ADD COLUMN undone_at timestamptz;
GRANT UPDATE (undone_at) ON plan_changes TO smooth_web;
-- Undo used to add a step of its own: it and the one before it go out together.
WITH undo AS (
    SELECT c.id, c.business_id, c.at FROM plan_changes c
    JOIN audit_log a ON a.business_id = c.business_id AND a.at = c.at AND a.action = 'business.change_undone'
)
UPDATE plan_changes c SET undone_at = undo.at FROM undo
WHERE c.id = undo.id OR c.id = (
    SELECT p.id FROM plan_changes p WHERE p.business_id = undo.business_id AND (p.at, p.id) < (undo.at, undo.id)
    ORDER BY p.at DESC, p.id DESC LIMIT 1);

-- Days of the platform's history that rows written later belong to: the roll-up
-- takes them away and computes all from the first of them. Without a key, so that
-- writers never wait for one another.
CREATE TABLE platform_stale_days (day date NOT NULL);
INSERT INTO platform_stale_days VALUES ('2000-01-01');

-- Who paid when a period began, and who of them pays no more at its end; the same
-- for the period before.
CREATE TABLE platform_churn (
    days        integer PRIMARY KEY,
    paid        integer NOT NULL,
    lost        integer NOT NULL,
    paid_before integer NOT NULL,
    lost_before integer NOT NULL
);
ALTER TABLE platform_totals DROP COLUMN paying_30d_ago, DROP COLUMN churned_30d;

-- Appointments of each period of the dashboard, for the busiest of it.
ALTER TABLE business_totals
    ADD COLUMN appointments_90d  integer NOT NULL DEFAULT 0,
    ADD COLUMN appointments_365d integer NOT NULL DEFAULT 0;
CREATE INDEX business_totals_appointments_90d_idx ON business_totals (appointments_90d, business_id);
CREATE INDEX business_totals_appointments_365d_idx ON business_totals (appointments_365d, business_id);

ALTER TABLE platform_stale_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform_churn ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON platform_stale_days USING ((SELECT current_setting('app.scope', true) = 'platform'));
CREATE POLICY scope ON platform_churn USING ((SELECT current_setting('app.scope', true) = 'platform'));
GRANT SELECT, INSERT, DELETE ON platform_stale_days TO smooth_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON platform_churn TO smooth_web;
GRANT SELECT ON platform_churn TO smooth_read;
