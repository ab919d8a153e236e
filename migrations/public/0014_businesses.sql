-- +goose Up
-- The console's lists and the page of one business: saved views, work on many
-- businesses at once, domains of their own, notes.

-- A list's search, filters and order under a name. query is what follows "?".
CREATE TABLE saved_views (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    list       text NOT NULL CHECK (char_length(list) BETWEEN 1 AND 40),
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    query      text NOT NULL CHECK (char_length(query) <= 2000),
    is_shared  boolean NOT NULL DEFAULT false,
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX saved_views_name_key ON saved_views (user_id, list, lower(name));
CREATE UNIQUE INDEX saved_views_default_key ON saved_views (user_id, list) WHERE is_default;
CREATE INDEX saved_views_shared_idx ON saved_views (list) WHERE is_shared;

-- One piece of work on many businesses. Its rows hold what each was before, so
-- that it can be taken back; they outlive the businesses, as the audit log does.
CREATE TABLE bulk_runs (
    id         uuid PRIMARY KEY,
    action     text NOT NULL CHECK (action IN ('suspend', 'reactivate', 'plan', 'undo')),
    value      text NOT NULL DEFAULT '' CHECK (char_length(value) <= 500),
    notify     boolean NOT NULL DEFAULT false,
    actor_id   uuid NOT NULL,
    actor_name text NOT NULL,
    undoes     uuid REFERENCES bulk_runs (id),
    total      integer NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at   timestamptz,
    undone_at  timestamptz
);
CREATE INDEX bulk_runs_actor_idx ON bulk_runs (actor_id, created_at);
CREATE TABLE bulk_items (
    run_id        uuid NOT NULL REFERENCES bulk_runs (id),
    position      integer NOT NULL,
    business_id   uuid NOT NULL,
    business_name text NOT NULL,
    state         text NOT NULL CHECK (state IN ('waiting', 'done', 'skipped')),
    note          text NOT NULL DEFAULT '',
    before        jsonb,
    after         jsonb,
    PRIMARY KEY (run_id, position)
);
CREATE INDEX bulk_items_business_idx ON bulk_items (business_id);
CREATE INDEX bulk_items_waiting_idx ON bulk_items (run_id, position) WHERE state = 'waiting';

-- What staff writes down about a business; the business never sees it.
CREATE TABLE business_notes (
    id          uuid PRIMARY KEY,
    business_id uuid NOT NULL REFERENCES businesses (id),
    author_id   uuid NOT NULL,
    author_name text NOT NULL,
    body        text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 2000),
    created_at  timestamptz NOT NULL
);
CREATE INDEX business_notes_business_idx ON business_notes (business_id, created_at);

-- Names of the own are proven by a TXT record with the token; a former name is
-- kept for its business for a while, and a deleted one's for nobody.
ALTER TABLE domains
    ALTER COLUMN business_id DROP NOT NULL,
    ADD COLUMN token          text NOT NULL DEFAULT '',
    ADD COLUMN checked_at     timestamptz,
    ADD COLUMN check_result   text NOT NULL DEFAULT '',
    ADD COLUMN reserved_until timestamptz;
UPDATE domains SET reserved_until = created_at + interval '1 year' WHERE kind = 'former';
CREATE INDEX domains_reserved_idx ON domains (reserved_until) WHERE reserved_until IS NOT NULL;
ALTER TABLE businesses
    ADD COLUMN primary_domain text NOT NULL DEFAULT '',
    ADD COLUMN deleting_since timestamptz;
CREATE INDEX businesses_zone_idx ON businesses (lower(time_zone) text_pattern_ops);
CREATE INDEX businesses_trial_idx ON businesses (trial_ends_at) WHERE status = 'trial';

-- What a plan's limits are held against.
ALTER TABLE business_totals
    ADD COLUMN resources_count    integer NOT NULL DEFAULT 0,
    ADD COLUMN appointments_month integer NOT NULL DEFAULT 0;

ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE business_notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON saved_views USING ((SELECT current_setting('app.scope', true) = 'platform'));
CREATE POLICY scope ON bulk_runs USING ((SELECT current_setting('app.scope', true) = 'platform'));
CREATE POLICY scope ON bulk_items USING ((SELECT current_setting('app.scope', true) = 'platform'));
CREATE POLICY scope ON business_notes USING ((SELECT current_setting('app.scope', true) = 'platform'));
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_views TO smooth_web;
GRANT SELECT, INSERT, UPDATE ON bulk_runs, bulk_items TO smooth_web;
GRANT SELECT, INSERT, DELETE ON business_notes TO smooth_web;
GRANT DELETE ON domains TO smooth_web;

CREATE OR REPLACE VIEW business_lines AS
SELECT b.id, b.name, b.subdomain, b.plan, b.status, b.status_reason, b.time_zone, b.trial_ends_at, b.created_at,
    t.business_id, t.owner_id, t.owner_name, t.owner_email, lower(t.owner_name) AS owner_sort, t.people_count, t.search_text,
    t.customers_count, t.appointments_30d, t.mrr_cents, t.last_activity_at,
    b.primary_domain, b.deleting_since, t.resources_count, t.appointments_month
FROM businesses b JOIN business_totals t ON t.business_id = b.id
WHERE (SELECT current_setting('app.scope', true) = 'platform');
