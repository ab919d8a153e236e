-- +goose Up
-- How much a business has attached of late, and in all, is asked before each file.
CREATE INDEX ticket_files_business_idx ON ticket_files (business_id, created_at) INCLUDE (size, message_id);
