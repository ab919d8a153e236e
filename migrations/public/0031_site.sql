-- +goose Up
-- What one customer was told: for the log, and to blank it at the erasure.
CREATE INDEX notices_customer_idx ON notices (business_id, customer_id, due_at, id) WHERE customer_id IS NOT NULL;
