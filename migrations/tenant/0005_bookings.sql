-- What booking needs: links and feeds that work without a login, times held
-- while somebody types, rules for cancelling and reminding. See 0004 for why
-- columns come bare first.
ALTER TABLE services
    ADD COLUMN max_party smallint CHECK (max_party >= 1), -- people that one appointment may bring
    ADD COLUMN reminder_hours varchar(40);                -- "24,2": before the start; NULL follows the business
UPDATE services SET max_party = 1;
ALTER TABLE services ALTER COLUMN max_party SET DEFAULT 1, ALTER COLUMN max_party SET NOT NULL;

ALTER TABLE resources
    ADD COLUMN capacity smallint CHECK (capacity >= 1), -- people that fit; NULL: no bound
    ADD COLUMN feed_secret uuid;                        -- of its calendar feed; NULL: there is none

ALTER TABLE appointments
    ADD COLUMN source varchar(10) CHECK (source IN ('staff', 'online', 'portal')),
    ADD COLUMN party_size smallint CHECK (party_size >= 1),
    ADD COLUMN note varchar(200),         -- the customer's words
    ADD COLUMN staff_note varchar(200),   -- the team's, never shown to the customer
    ADD COLUMN link_secret uuid,          -- of /b/<token>
    ADD COLUMN approve_by timestamptz,    -- a pending one's time is held until then
    ADD COLUMN cancelled_at timestamptz,
    ADD COLUMN late_fee_cents integer CHECK (late_fee_cents >= 0);
UPDATE appointments SET source = 'staff', party_size = 1, note = '', staff_note = '';
ALTER TABLE appointments
    ALTER COLUMN source SET DEFAULT 'staff', ALTER COLUMN source SET NOT NULL,
    ALTER COLUMN party_size SET DEFAULT 1, ALTER COLUMN party_size SET NOT NULL,
    ALTER COLUMN note SET DEFAULT '', ALTER COLUMN note SET NOT NULL,
    ALTER COLUMN staff_note SET DEFAULT '', ALTER COLUMN staff_note SET NOT NULL;

-- A blocker that expires is a time held for a visitor; hold_secret is in the
-- visitor's form.
ALTER TABLE blockers
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN hold_secret uuid;

ALTER TABLE policies
    ADD COLUMN booking_open boolean,                                                -- visitors may book
    ADD COLUMN cancel_minutes integer CHECK (cancel_minutes >= 0),                  -- before the start, without a fee
    ADD COLUMN late_fee_cents integer CHECK (late_fee_cents >= 0),
    ADD COLUMN reminder_hours varchar(40),
    ADD COLUMN quiet_from time,
    ADD COLUMN quiet_to time,
    ADD COLUMN book_message varchar(250),
    ADD COLUMN frame_origins varchar(150),                                          -- sites that may show /book inside theirs
    ADD COLUMN notify_team boolean;                                                 -- a mail for each booking
UPDATE policies SET booking_open = true, cancel_minutes = 1440, late_fee_cents = 0, reminder_hours = '24', book_message = '', frame_origins = '', notify_team = true;
ALTER TABLE policies
    ALTER COLUMN booking_open SET DEFAULT true, ALTER COLUMN booking_open SET NOT NULL,
    ALTER COLUMN cancel_minutes SET DEFAULT 1440, ALTER COLUMN cancel_minutes SET NOT NULL,
    ALTER COLUMN late_fee_cents SET DEFAULT 0, ALTER COLUMN late_fee_cents SET NOT NULL,
    ALTER COLUMN reminder_hours SET DEFAULT '24', ALTER COLUMN reminder_hours SET NOT NULL,
    ALTER COLUMN book_message SET DEFAULT '', ALTER COLUMN book_message SET NOT NULL,
    ALTER COLUMN frame_origins SET DEFAULT '', ALTER COLUMN frame_origins SET NOT NULL,
    ALTER COLUMN notify_team SET DEFAULT true, ALTER COLUMN notify_team SET NOT NULL;

-- The secrets of links are nothing for eyes that only look.
REVOKE SELECT ON appointments, resources, blockers FROM smooth_read;
GRANT SELECT (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at, source, party_size, note, staff_note,
    approve_by, cancelled_at, late_fee_cents) ON appointments TO smooth_read;
GRANT SELECT (id, kind, name, user_id, is_active, created_at, time_zone, position, capacity) ON resources TO smooth_read;
GRANT SELECT (id, resource_id, starts_at, ends_at, reason, expires_at) ON blockers TO smooth_read;
