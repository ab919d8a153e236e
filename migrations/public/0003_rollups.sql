-- +goose Up
-- Figures of the platform, computed by jobs; no request visits the schemas.

-- One row a business: what its line in the list shows. Owner and people are kept
-- by the transaction that changes them, the rest by the roll-up job.
CREATE TABLE business_totals (
    business_id      uuid PRIMARY KEY REFERENCES businesses (id),
    owner_id         uuid,
    owner_name       text NOT NULL DEFAULT '',
    owner_email      text NOT NULL DEFAULT '',
    people_count     integer NOT NULL DEFAULT 0,
    -- name, subdomain, owner and e-mail in lower case: one index finds them all
    search_text      text NOT NULL DEFAULT '',
    customers_count  integer NOT NULL DEFAULT 0,
    appointments_30d integer NOT NULL DEFAULT 0,
    mrr_cents        integer NOT NULL DEFAULT 0,
    last_activity_at timestamptz NOT NULL,
    rolled_up_at     timestamptz
);
CREATE INDEX business_totals_owner_idx ON business_totals (lower(owner_name), business_id);
CREATE INDEX business_totals_people_idx ON business_totals (people_count, business_id);
CREATE INDEX business_totals_appointments_idx ON business_totals (appointments_30d, business_id);
CREATE INDEX business_totals_mrr_idx ON business_totals (mrr_cents, business_id);
CREATE INDEX business_totals_activity_idx ON business_totals (last_activity_at, business_id);
CREATE INDEX business_totals_rolled_up_idx ON business_totals (rolled_up_at NULLS FIRST);
CREATE INDEX business_totals_search_idx ON business_totals USING gin (search_text gin_trgm_ops);
-- Without it the planner takes common trigrams for rare ones: fifty times slower on such words.
ALTER TABLE business_totals ALTER COLUMN search_text SET STATISTICS 1000;

CREATE TABLE business_daily (
    business_id   uuid NOT NULL REFERENCES businesses (id),
    day           date NOT NULL,
    appointments  integer NOT NULL,
    revenue_cents bigint NOT NULL,
    new_customers integer NOT NULL,
    PRIMARY KEY (business_id, day)
);
CREATE INDEX business_daily_day_idx ON business_daily (day);

-- One row: what the dashboard shows, and when it was true.
CREATE TABLE platform_totals (
    singleton          boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    trial              integer NOT NULL,
    active             integer NOT NULL,
    suspended          integer NOT NULL,
    archived           integer NOT NULL,
    users              integer NOT NULL,
    mrr_cents          bigint NOT NULL,
    appointments_30d   bigint NOT NULL,
    new_businesses_30d integer NOT NULL,
    paying_30d_ago     integer NOT NULL,
    churned_30d        integer NOT NULL,
    open_tickets       integer NOT NULL,
    as_of              timestamptz NOT NULL
);
CREATE TABLE platform_months (
    month      date PRIMARY KEY,
    mrr_cents  bigint NOT NULL,
    businesses integer NOT NULL
);

ALTER TABLE business_totals ENABLE ROW LEVEL SECURITY;
ALTER TABLE business_daily ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform_totals ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform_months ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON business_totals USING (
    (SELECT current_setting('app.scope', true) = 'platform')
    OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid);
CREATE POLICY scope ON business_daily USING (
    (SELECT current_setting('app.scope', true) = 'platform')
    OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid);
CREATE POLICY scope ON platform_totals USING ((SELECT current_setting('app.scope', true) = 'platform'));
CREATE POLICY scope ON platform_months USING ((SELECT current_setting('app.scope', true) = 'platform'));

GRANT SELECT, INSERT, UPDATE, DELETE ON business_totals, business_daily, platform_totals, platform_months TO smooth_web;
GRANT SELECT ON business_totals, business_daily, platform_totals, platform_months TO smooth_read;

-- The lines of the console's list. Under row-level security the planner may use
-- neither the trigram index nor the statistics of search_text, because LIKE is
-- not leakproof; a view reads as its owner. It has one condition for all rows,
-- and no row outside the platform's scope.
CREATE VIEW business_lines AS
SELECT b.id, b.name, b.subdomain, b.plan, b.status, b.status_reason, b.time_zone, b.trial_ends_at, b.created_at,
    t.business_id, t.owner_id, t.owner_name, t.owner_email, lower(t.owner_name) AS owner_sort, t.people_count, t.search_text,
    t.customers_count, t.appointments_30d, t.mrr_cents, t.last_activity_at
FROM businesses b JOIN business_totals t ON t.business_id = b.id
WHERE (SELECT current_setting('app.scope', true) = 'platform');
GRANT SELECT ON business_lines TO smooth_web;
