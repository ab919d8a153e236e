-- +goose Up
-- What customers and teams are told of appointments: a line for each mail, also
-- for those still to come. The appointment lies in the business's schema, so
-- nothing refers to it.
CREATE TABLE notices (
    id             uuid PRIMARY KEY,
    business_id    uuid NOT NULL REFERENCES businesses (id),
    appointment_id uuid NOT NULL,
    customer_id    uuid,              -- to whom; NULL: somebody of the team
    kind           text NOT NULL CHECK (kind IN ('requested', 'confirmed', 'approved', 'declined', 'expired', 'moved', 'cancelled', 'reminder',
                       'team_booked', 'team_requested', 'team_moved', 'team_cancelled')),
    to_name        text NOT NULL CHECK (char_length(to_name) <= 120),
    to_email       text NOT NULL CHECK (char_length(to_email) <= 254),
    state          text NOT NULL CHECK (state IN ('queued', 'held', 'sending', 'sent', 'failed', 'dropped')),
    starts_at      timestamptz NOT NULL, -- of the appointment as it was then: a reminder of a moved one is none
    was_at         timestamptz,          -- where a moved one came from
    due_at         timestamptz NOT NULL,
    created_at     timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL, -- of the state
    error          text NOT NULL DEFAULT '' CHECK (char_length(error) <= 300),
    masquerade_id  uuid
);
CREATE INDEX notices_page_idx ON notices (business_id, due_at, id);
CREATE INDEX notices_appointment_idx ON notices (business_id, appointment_id, due_at);
CREATE INDEX notices_held_idx ON notices (masquerade_id) WHERE state = 'held';
CREATE INDEX notices_sending_idx ON notices (changed_at) WHERE state = 'sending';

ALTER TABLE notices ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON notices USING (
    (SELECT current_setting('app.scope', true) = 'platform')
    OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON notices TO smooth_web;
GRANT SELECT ON notices TO smooth_read;

-- What visitors did of late (hashes of business, address and deed), for the
-- throttle of the booking page.
CREATE TABLE visitor_deeds (
    key bytea NOT NULL,
    at  timestamptz NOT NULL
);
CREATE INDEX visitor_deeds_key_idx ON visitor_deeds (key, at);
CREATE INDEX visitor_deeds_at_idx ON visitor_deeds (at);
GRANT SELECT, INSERT, DELETE ON visitor_deeds TO smooth_web;
