-- +goose Up
-- Who rents the platform: plans, businesses, their schemas and their names.
-- The three logins (smooth_owner, smooth_web, smooth_read) exist before: see init-db.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE plans (
    code                       text PRIMARY KEY CHECK (code IN ('free', 'professional', 'business', 'enterprise')),
    name                       text NOT NULL,
    position                   smallint NOT NULL,
    price_cents                integer NOT NULL CHECK (price_cents >= 0),
    max_people                 integer,
    max_resources              integer,
    max_appointments_per_month integer
);
INSERT INTO plans VALUES
    ('free',         'Free',         1,     0,    2,    3,   60),
    ('professional', 'Professional', 2,  2900,    5,   10,  600),
    ('business',     'Business',     3,  7900,   25,   50, 5000),
    ('enterprise',   'Enterprise',   4, 24900, NULL, NULL, NULL);

CREATE TABLE businesses (
    id            uuid PRIMARY KEY,
    name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 120),
    subdomain     text NOT NULL,
    schema_name   text NOT NULL,
    plan          text NOT NULL REFERENCES plans (code),
    status        text NOT NULL CHECK (status IN ('trial', 'active', 'suspended', 'archived')),
    status_reason text NOT NULL DEFAULT '',
    -- what reactivating goes back to
    status_before text,
    time_zone     text NOT NULL,
    accent_color  text NOT NULL DEFAULT '#4f46e5' CHECK (accent_color ~ '^#[0-9a-f]{6}$'),
    trial_ends_at timestamptz,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    CONSTRAINT businesses_subdomain_key UNIQUE (subdomain),
    CONSTRAINT businesses_schema_name_key UNIQUE (schema_name)
);
CREATE INDEX businesses_name_idx ON businesses (name COLLATE "und-x-icu", id);
CREATE INDEX businesses_created_idx ON businesses (created_at, id);
CREATE INDEX businesses_plan_idx ON businesses ((CASE plan WHEN 'free' THEN 1 WHEN 'professional' THEN 2 WHEN 'business' THEN 3 ELSE 4 END), id);
CREATE INDEX businesses_status_idx ON businesses ((CASE status WHEN 'trial' THEN 1 WHEN 'active' THEN 2 WHEN 'suspended' THEN 3 ELSE 4 END), id);
CREATE INDEX businesses_filter_idx ON businesses (status, plan);

-- The register of tenant schemas. Rows without a business stand ready to be claimed.
CREATE TABLE tenant_schemas (
    schema_name text PRIMARY KEY CHECK (schema_name ~ '^b_[0-9a-f]{20}$'),
    version     integer NOT NULL,
    business_id uuid REFERENCES businesses (id),
    state       text NOT NULL CHECK (state IN ('ready', 'failed')),
    error       text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL,
    migrated_at timestamptz NOT NULL,
    CONSTRAINT tenant_schemas_business_id_key UNIQUE (business_id)
);
CREATE INDEX tenant_schemas_free_idx ON tenant_schemas (created_at) WHERE business_id IS NULL AND state = 'ready';
CREATE INDEX tenant_schemas_version_idx ON tenant_schemas (version);

-- Every name under which a business is or was reached: its subdomain (a label),
-- former subdomains, custom domains (whole host names).
CREATE TABLE domains (
    name        text PRIMARY KEY CHECK (name = lower(name)),
    business_id uuid NOT NULL REFERENCES businesses (id),
    kind        text NOT NULL CHECK (kind IN ('subdomain', 'former', 'custom')),
    verified_at timestamptz,
    created_at  timestamptz NOT NULL
);
CREATE INDEX domains_business_idx ON domains (business_id);

-- The price that each business pays from a moment on. MRR at any past moment is
-- the sum of the steps before it, so a new price list never alters the past.
CREATE TABLE plan_changes (
    id               uuid PRIMARY KEY,
    business_id      uuid NOT NULL,
    at               timestamptz NOT NULL,
    actor_id         uuid,
    plan             text NOT NULL,
    status           text NOT NULL,
    mrr_before_cents integer NOT NULL,
    mrr_after_cents  integer NOT NULL
);
CREATE INDEX plan_changes_at_idx ON plan_changes (at);
CREATE INDEX plan_changes_business_idx ON plan_changes (business_id, at);

CREATE TABLE settings (
    key   text PRIMARY KEY,
    value jsonb NOT NULL
);
INSERT INTO settings VALUES ('currency', '"USD"'), ('trial_days', '14');

ALTER TABLE businesses ENABLE ROW LEVEL SECURITY;
ALTER TABLE domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_schemas ENABLE ROW LEVEL SECURITY;
-- A setting that was LOCAL to an ended transaction reads '' and not NULL.
CREATE POLICY scope ON businesses USING (
    (SELECT current_setting('app.scope', true) = 'platform')
    OR id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid);
CREATE POLICY scope ON domains USING (
    (SELECT current_setting('app.scope', true) = 'platform')
    OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid);
CREATE POLICY scope ON plan_changes USING (
    (SELECT current_setting('app.scope', true) = 'platform')
    OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid);
CREATE POLICY scope ON tenant_schemas USING (
    (SELECT current_setting('app.scope', true) = 'platform'));

GRANT SELECT ON plans, settings TO smooth_web, smooth_read;
GRANT SELECT, INSERT, UPDATE ON businesses, domains TO smooth_web;
GRANT SELECT, UPDATE ON tenant_schemas TO smooth_web;
GRANT SELECT, INSERT ON plan_changes TO smooth_web;
GRANT SELECT ON businesses, domains, plan_changes, tenant_schemas TO smooth_read;
