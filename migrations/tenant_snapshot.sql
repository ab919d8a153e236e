-- The newest tenant schema in one go; a test holds it against a replay of tenant/*.sql.
CREATE TABLE services (
    id                    uuid PRIMARY KEY,
    name                  varchar(120) NOT NULL,
    duration_minutes      smallint NOT NULL CHECK (duration_minutes BETWEEN 5 AND 1440),
    price_cents           integer NOT NULL CHECK (price_cents >= 0),
    buffer_before_minutes smallint NOT NULL DEFAULT 0 CHECK (buffer_before_minutes >= 0),
    buffer_after_minutes  smallint NOT NULL DEFAULT 0 CHECK (buffer_after_minutes >= 0),
    position              smallint NOT NULL DEFAULT 0,
    is_hidden             boolean NOT NULL DEFAULT false,
    created_at            timestamptz NOT NULL,
    description           varchar(300) NOT NULL DEFAULT '',
    is_active             boolean NOT NULL DEFAULT true,
    notice_minutes        integer CHECK (notice_minutes >= 0),
    horizon_days          smallint CHECK (horizon_days >= 1),
    step_minutes          smallint CHECK (step_minutes >= 5),
    max_party             smallint NOT NULL DEFAULT 1 CHECK (max_party >= 1),
    reminder_hours        varchar(40)
);
CREATE TABLE resources (
    id         uuid PRIMARY KEY,
    kind       varchar(10) NOT NULL CHECK (kind IN ('STAFF', 'ROOM', 'EQUIPMENT')),
    name       varchar(120) NOT NULL,
    user_id    uuid,
    is_active  boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    time_zone  varchar(64),
    position   smallint NOT NULL DEFAULT 0,
    capacity   smallint CHECK (capacity >= 1),
    feed_secret uuid
);
CREATE TABLE service_resources (
    service_id  uuid NOT NULL REFERENCES services (id) ON DELETE CASCADE,
    resource_id uuid NOT NULL REFERENCES resources (id) ON DELETE CASCADE,
    set_number  smallint NOT NULL DEFAULT 1 CHECK (set_number >= 1),
    PRIMARY KEY (service_id, set_number, resource_id)
);
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
    closes      time CHECK (closes > opens),
    last_day    date NOT NULL,
    reason      varchar(120) NOT NULL DEFAULT '',
    CONSTRAINT overrides_days_check CHECK (last_day >= day),
    CONSTRAINT overrides_hours_check CHECK ((opens IS NULL) = (closes IS NULL))
);
CREATE TABLE policies (
    id             smallint PRIMARY KEY CHECK (id = 1),
    notice_minutes integer NOT NULL CHECK (notice_minutes >= 0),
    horizon_days   smallint NOT NULL CHECK (horizon_days >= 1),
    step_minutes   smallint NOT NULL CHECK (step_minutes >= 5),
    needs_approval boolean NOT NULL,
    approval_hours smallint NOT NULL CHECK (approval_hours >= 1),
    updated_at     timestamptz NOT NULL,
    booking_open   boolean NOT NULL DEFAULT true,
    cancel_minutes integer NOT NULL DEFAULT 1440 CHECK (cancel_minutes >= 0),
    late_fee_cents integer NOT NULL DEFAULT 0 CHECK (late_fee_cents >= 0),
    reminder_hours varchar(40) NOT NULL DEFAULT '24',
    quiet_from     time,
    quiet_to       time,
    book_message   varchar(250) NOT NULL DEFAULT '',
    frame_origins  varchar(150) NOT NULL DEFAULT '',
    notify_team    boolean NOT NULL DEFAULT true
);
GRANT SELECT, INSERT, UPDATE ON policies TO smooth_web;
GRANT SELECT ON policies TO smooth_read;
GRANT SELECT, INSERT, UPDATE, DELETE ON services, resources, service_resources, hours, overrides TO smooth_web;
GRANT SELECT ON services, service_resources, hours, overrides TO smooth_read;
GRANT SELECT (id, kind, name, user_id, is_active, created_at, time_zone, position, capacity) ON resources TO smooth_read;
CREATE TABLE customers (
    id         uuid PRIMARY KEY,
    user_id    uuid,
    name       varchar(120) NOT NULL,
    email      varchar(254),
    phone      varchar(40),
    created_at timestamptz NOT NULL,
    blocked_at timestamptz,
    erased_at  timestamptz,
    search_form  text GENERATED ALWAYS AS (public.search_form(name || ' ' || COALESCE(email, '') || ' ' || COALESCE(phone, ''))) STORED,
    phone_digits text GENERATED ALWAYS AS (public.phone_digits(phone)) STORED
);
CREATE UNIQUE INDEX customers_email_key ON customers (lower(email));
CREATE INDEX customers_name_idx ON customers (name COLLATE "und-x-icu", id);
CREATE INDEX customers_created_idx ON customers (created_at, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON customers TO smooth_web;
GRANT SELECT ON customers TO smooth_read;
CREATE TABLE customer_tags (
    tag         varchar(40) NOT NULL,
    customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, customer_id)
);
CREATE TABLE customer_notes (
    customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    id          uuid NOT NULL,
    author_id   uuid,
    author_name varchar(120) NOT NULL,
    body        varchar(350) NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (customer_id, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON customer_tags, customer_notes TO smooth_web;
GRANT SELECT ON customer_tags, customer_notes TO smooth_read;
CREATE TABLE appointments (
    id          uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers (id),
    service_id  uuid NOT NULL REFERENCES services (id),
    status      varchar(10) NOT NULL CHECK (status IN ('pending', 'confirmed', 'completed', 'cancelled', 'no_show')),
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL CHECK (ends_at > starts_at),
    price_cents integer NOT NULL CHECK (price_cents >= 0),
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    source      varchar(10) NOT NULL DEFAULT 'staff' CHECK (source IN ('staff', 'online', 'portal')),
    party_size  smallint NOT NULL DEFAULT 1 CHECK (party_size >= 1),
    note        varchar(200) NOT NULL DEFAULT '',
    staff_note  varchar(200) NOT NULL DEFAULT '',
    link_secret uuid,
    approve_by  timestamptz,
    cancelled_at timestamptz,
    late_fee_cents integer CHECK (late_fee_cents >= 0),
    visitor_zone varchar(64),
    terms_cancel_minutes integer,
    terms_fee_cents integer,
    agreed_start timestamptz,
    agreed_at   timestamptz,
    moved_by_business boolean,
    answer      varchar(200),
    guest_name  varchar(120),
    guest_phone varchar(40),
    sequence    integer NOT NULL DEFAULT 0
);
CREATE INDEX appointments_starts_idx ON appointments (starts_at, id);
CREATE INDEX appointments_customer_idx ON appointments (customer_id, starts_at);
CREATE INDEX appointments_guest_idx ON appointments (starts_at) WHERE guest_name IS NOT NULL;

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
    reason      varchar(200) NOT NULL DEFAULT '',
    expires_at  timestamptz,
    hold_secret uuid
);
GRANT SELECT, INSERT, UPDATE, DELETE ON appointments, appointment_resources, blockers TO smooth_web;
GRANT SELECT ON appointment_resources TO smooth_read;
GRANT SELECT (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at, source, party_size, note, staff_note,
    approve_by, cancelled_at, late_fee_cents, visitor_zone, terms_cancel_minutes, terms_fee_cents, agreed_start, agreed_at, moved_by_business,
    answer, guest_name, guest_phone, sequence) ON appointments TO smooth_read;
GRANT SELECT (id, resource_id, starts_at, ends_at, reason, expires_at) ON blockers TO smooth_read;
