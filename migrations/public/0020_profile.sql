-- +goose Up
-- What a business says of itself on its public page, its logo, and who of its
-- people was invited and has not come yet.
ALTER TABLE businesses
    ADD COLUMN about         text NOT NULL DEFAULT '' CHECK (char_length(about) <= 1000),
    ADD COLUMN address       text NOT NULL DEFAULT '' CHECK (char_length(address) <= 300),
    ADD COLUMN phone         text NOT NULL DEFAULT '' CHECK (char_length(phone) <= 40),
    ADD COLUMN contact_email text NOT NULL DEFAULT '' CHECK (char_length(contact_email) <= 254),
    -- of the picture in business_logos; its address changes with it. NULL: none
    ADD COLUMN logo_hash     text CHECK (logo_hash ~ '^[0-9a-f]{32}$');

CREATE TABLE business_logos (
    business_id uuid PRIMARY KEY REFERENCES businesses (id) ON DELETE CASCADE,
    hash        text NOT NULL CHECK (hash ~ '^[0-9a-f]{32}$'),
    data        bytea NOT NULL CHECK (octet_length(data) <= 524288), -- a PNG that we wrote
    updated_at  timestamptz NOT NULL
);
ALTER TABLE business_logos ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE business_logos ENABLE ROW LEVEL SECURITY;
CREATE POLICY scope ON business_logos USING (
    (SELECT current_setting('app.scope', true) = 'platform')
    OR business_id = (SELECT NULLIF(current_setting('app.business', true), ''))::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON business_logos TO smooth_web;
GRANT SELECT ON business_logos TO smooth_read;

-- When somebody without a password was sent the last invitation; NULL once it
-- was accepted. The read-only login can't look into credentials.
ALTER TABLE users ADD COLUMN invited_at timestamptz;
UPDATE users u SET invited_at = created_at WHERE NOT EXISTS (SELECT FROM credentials c WHERE c.user_id = u.id);
-- The team of a business, without the customers who have a login.
CREATE INDEX users_team_idx ON users (business_id, lower(name), id) WHERE role <> 'CUSTOMER';
