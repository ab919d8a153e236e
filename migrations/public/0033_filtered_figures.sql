-- +goose Up
-- A list filtered by state and sorted by a figure: the two lay in two tables, so
-- that no index could know both, and "trials by MRR" walked past all who pay. The
-- figures hold plan and state as well now; the foreign key keeps them true.
ALTER TABLE business_totals
    ADD COLUMN plan   text,
    ADD COLUMN status text;
UPDATE business_totals t SET plan = b.plan, status = b.status FROM businesses b WHERE b.id = t.business_id;
ALTER TABLE business_totals
    ALTER COLUMN plan SET NOT NULL,
    ALTER COLUMN status SET NOT NULL;
ALTER TABLE businesses ADD CONSTRAINT businesses_state_key UNIQUE (id, plan, status);
ALTER TABLE business_totals ADD CONSTRAINT business_totals_state_fkey
    FOREIGN KEY (business_id, plan, status) REFERENCES businesses (id, plan, status) ON UPDATE CASCADE;

-- The figures that go with a state or a plan: who tries pays nothing, who is
-- suspended does nothing. The others are spread evenly, where any index serves.
CREATE INDEX business_totals_status_mrr_idx ON business_totals (status, mrr_cents, business_id);
CREATE INDEX business_totals_status_activity_idx ON business_totals (status, last_activity_at, business_id);
CREATE INDEX business_totals_status_appointments_idx ON business_totals (status, appointments_30d, business_id);
CREATE INDEX business_totals_plan_mrr_idx ON business_totals (plan, mrr_cents, business_id);

CREATE OR REPLACE VIEW business_lines AS
SELECT b.id, b.name, b.subdomain, b.plan, b.status, b.status_reason, b.time_zone, b.trial_ends_at, b.created_at,
    t.business_id, t.owner_id, t.owner_name, t.owner_email, lower(t.owner_name) AS owner_sort, t.people_count, t.search_text,
    t.customers_count, t.appointments_30d, t.mrr_cents, t.last_activity_at,
    b.primary_domain, b.deleting_since, t.resources_count, t.appointments_month, COALESCE(b.logo_hash, '') AS logo_hash,
    t.plan AS figures_plan, t.status AS figures_status
FROM businesses b JOIN business_totals t ON t.business_id = b.id
WHERE (SELECT current_setting('app.scope', true) = 'platform');
