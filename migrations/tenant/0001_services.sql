-- What a business offers, and who or what does it. Columns are bounded so that
-- an empty business stays small: no TOAST table, two or three files a table.
CREATE TABLE services (
    id                    uuid PRIMARY KEY,
    name                  varchar(120) NOT NULL,
    duration_minutes      smallint NOT NULL CHECK (duration_minutes BETWEEN 5 AND 1440),
    price_cents           integer NOT NULL CHECK (price_cents >= 0),
    buffer_before_minutes smallint NOT NULL DEFAULT 0 CHECK (buffer_before_minutes >= 0),
    buffer_after_minutes  smallint NOT NULL DEFAULT 0 CHECK (buffer_after_minutes >= 0),
    position              smallint NOT NULL DEFAULT 0,
    is_hidden             boolean NOT NULL DEFAULT false,
    created_at            timestamptz NOT NULL
);
CREATE TABLE resources (
    id         uuid PRIMARY KEY,
    kind       varchar(10) NOT NULL CHECK (kind IN ('STAFF', 'ROOM', 'EQUIPMENT')),
    name       varchar(120) NOT NULL,
    user_id    uuid,
    is_active  boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL
);
CREATE TABLE service_resources (
    service_id  uuid NOT NULL REFERENCES services (id) ON DELETE CASCADE,
    resource_id uuid NOT NULL REFERENCES resources (id) ON DELETE CASCADE,
    PRIMARY KEY (service_id, resource_id)
);
-- Local wall time in the business's zone; without a resource: the business itself.
CREATE TABLE hours (
    id          uuid PRIMARY KEY,
    resource_id uuid REFERENCES resources (id) ON DELETE CASCADE,
    weekday     smallint NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    opens       time NOT NULL,
    closes      time NOT NULL CHECK (closes > opens)
);
CREATE TABLE overrides (
    id          uuid PRIMARY KEY,
    resource_id uuid REFERENCES resources (id) ON DELETE CASCADE,
    day         date NOT NULL,
    opens       time,
    closes      time CHECK (closes > opens)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON services, resources, service_resources, hours, overrides TO smooth_web;
GRANT SELECT ON services, resources, service_resources, hours, overrides TO smooth_read;
