-- +goose Up
-- The dashboard's history: the platform by day, and what each plan brought in by
-- month. All of it follows by value from other tables.
CREATE TABLE platform_daily (
    day           date PRIMARY KEY,
    mrr_cents     bigint NOT NULL,
    active        integer NOT NULL, -- at the day's end
    paying        integer NOT NULL,
    sign_ups      integer NOT NULL,
    cancellations integer NOT NULL, -- paid before, pay no more
    appointments  bigint NOT NULL,
    open_tickets  integer NOT NULL
);
CREATE TABLE platform_plan_months (
    month     date NOT NULL,
    plan      text NOT NULL REFERENCES plans (code),
    mrr_cents bigint NOT NULL,
    PRIMARY KEY (month, plan)
);
ALTER TABLE platform_totals
    ADD COLUMN failed_jobs       integer NOT NULL DEFAULT 0,
    ADD COLUMN failed_migrations integer NOT NULL DEFAULT 0;

ALTER TABLE platform_daily ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform_plan_months ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON platform_daily USING ((SELECT current_setting('app.scope', true) = 'platform'));
CREATE POLICY scope ON platform_plan_months USING ((SELECT current_setting('app.scope', true) = 'platform'));
GRANT SELECT, INSERT, UPDATE, DELETE ON platform_daily, platform_plan_months TO smooth_web;
GRANT SELECT ON platform_daily, platform_plan_months TO smooth_read;
