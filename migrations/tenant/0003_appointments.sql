CREATE TABLE appointments (
    id          uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers (id),
    service_id  uuid NOT NULL REFERENCES services (id),
    status      varchar(10) NOT NULL CHECK (status IN ('pending', 'confirmed', 'completed', 'cancelled', 'no_show')),
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL CHECK (ends_at > starts_at),
    price_cents integer NOT NULL CHECK (price_cents >= 0),
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE INDEX appointments_starts_idx ON appointments (starts_at, id);
CREATE INDEX appointments_customer_idx ON appointments (customer_id, starts_at);

-- What each appointment takes, buffers included. "holds" is true while it is
-- pending or confirmed: two of those never share a resource.
CREATE TABLE appointment_resources (
    appointment_id uuid NOT NULL REFERENCES appointments (id) ON DELETE CASCADE,
    resource_id    uuid NOT NULL REFERENCES resources (id),
    LIKE public.tenant_columns INCLUDING STORAGE, -- during tstzrange: see there
    holds          boolean NOT NULL,
    PRIMARY KEY (appointment_id, resource_id),
    CONSTRAINT appointment_resources_taken EXCLUDE USING gist (resource_id WITH =, during WITH &&) WHERE (holds)
);
CREATE TABLE blockers (
    id          uuid PRIMARY KEY,
    resource_id uuid REFERENCES resources (id) ON DELETE CASCADE,
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL CHECK (ends_at > starts_at),
    reason      varchar(200) NOT NULL DEFAULT ''
);
GRANT SELECT, INSERT, UPDATE, DELETE ON appointments, appointment_resources, blockers TO smooth_web;
GRANT SELECT ON appointments, appointment_resources, blockers TO smooth_read;
