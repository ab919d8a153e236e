-- +goose Up
-- The console's list shows the picture of a business that has one.
CREATE OR REPLACE VIEW business_lines AS
SELECT b.id, b.name, b.subdomain, b.plan, b.status, b.status_reason, b.time_zone, b.trial_ends_at, b.created_at,
    t.business_id, t.owner_id, t.owner_name, t.owner_email, lower(t.owner_name) AS owner_sort, t.people_count, t.search_text,
    t.customers_count, t.appointments_30d, t.mrr_cents, t.last_activity_at,
    b.primary_domain, b.deleting_since, t.resources_count, t.appointments_month, COALESCE(b.logo_hash, '') AS logo_hash
FROM businesses b JOIN business_totals t ON t.business_id = b.id
WHERE (SELECT current_setting('app.scope', true) = 'platform');
