-- +goose Up
-- What staff did to a business's people and with its data is read whole now, not
-- the last 90 days; the part of the log that may hold it is small.
CREATE INDEX audit_log_staff_idx ON audit_log (business_id, at) WHERE masquerade_id IS NULL AND (action LIKE 'user.%' OR action LIKE '%exported');
CREATE INDEX masquerades_pages_idx ON masquerades (pages, id);
