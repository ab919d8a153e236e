-- +goose Up
-- Whether the owners were told of the suspension that is or was last, so that they
-- are told of its end, too.
ALTER TABLE businesses ADD COLUMN suspension_mailed_at timestamptz;
