-- What it takes to find free times: sets of resources, days with other hours,
-- rules for booking. Columns come bare first: with thousands of schemas a
-- DEFAULT in ADD COLUMN costs ten times as much.
ALTER TABLE services
    ADD COLUMN description varchar(300),
    ADD COLUMN is_active boolean,
    -- Without a value of its own a service follows the business's policies.
    ADD COLUMN notice_minutes integer CHECK (notice_minutes >= 0),
    ADD COLUMN horizon_days smallint CHECK (horizon_days >= 1),
    ADD COLUMN step_minutes smallint CHECK (step_minutes >= 5);
UPDATE services SET description = '', is_active = true;
ALTER TABLE services
    ALTER COLUMN description SET DEFAULT '', ALTER COLUMN description SET NOT NULL,
    ALTER COLUMN is_active SET DEFAULT true, ALTER COLUMN is_active SET NOT NULL;

-- A resource without a zone lives in the business's.
ALTER TABLE resources
    ADD COLUMN time_zone varchar(64),
    ADD COLUMN position smallint;
UPDATE resources SET position = 0;
ALTER TABLE resources ALTER COLUMN position SET DEFAULT 0, ALTER COLUMN position SET NOT NULL;

-- An appointment takes one resource of each set of its service.
ALTER TABLE service_resources ADD COLUMN set_number smallint CHECK (set_number >= 1);
UPDATE service_resources x SET set_number = CASE r.kind WHEN 'STAFF' THEN 1 WHEN 'ROOM' THEN 2 ELSE 3 END
    FROM resources r WHERE r.id = x.resource_id;
ALTER TABLE service_resources
    ALTER COLUMN set_number SET DEFAULT 1, ALTER COLUMN set_number SET NOT NULL,
    DROP CONSTRAINT service_resources_pkey,
    ADD CONSTRAINT service_resources_pkey PRIMARY KEY (service_id, set_number, resource_id);

-- From day to last_day there are other hours (several rows: with breaks), or
-- none. Without a resource it holds for the whole business.
ALTER TABLE overrides
    ADD COLUMN last_day date,
    ADD COLUMN reason varchar(120);
UPDATE overrides SET last_day = day, reason = '';
ALTER TABLE overrides
    ALTER COLUMN last_day SET NOT NULL,
    ALTER COLUMN reason SET DEFAULT '', ALTER COLUMN reason SET NOT NULL,
    ADD CONSTRAINT overrides_days_check CHECK (last_day >= day),
    ADD CONSTRAINT overrides_hours_check CHECK ((opens IS NULL) = (closes IS NULL));

-- One row at most; without it the program's defaults hold.
CREATE TABLE policies (
    id             smallint PRIMARY KEY CHECK (id = 1),
    notice_minutes integer NOT NULL CHECK (notice_minutes >= 0),
    horizon_days   smallint NOT NULL CHECK (horizon_days >= 1),
    step_minutes   smallint NOT NULL CHECK (step_minutes >= 5),
    needs_approval boolean NOT NULL,
    approval_hours smallint NOT NULL CHECK (approval_hours >= 1),
    updated_at     timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON policies TO smooth_web;
GRANT SELECT ON policies TO smooth_read;
