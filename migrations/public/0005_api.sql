-- +goose Up
-- The directory of everyone: an index for each order, one that finds a part of a
-- name or an e-mail address, and those that follow a person or a role.
CREATE INDEX users_name_idx ON users (lower(name), id);
CREATE INDEX users_email_page_idx ON users (lower(email), id);
CREATE INDEX users_created_idx ON users (created_at, id);
CREATE INDEX users_last_login_idx ON users ((COALESCE(last_login_at, TIMESTAMPTZ 'epoch')), id);
CREATE INDEX users_role_idx ON users (role);
CREATE INDEX users_search_idx ON users USING gin (lower(name || ' ' || email) gin_trgm_ops);
ALTER INDEX users_search_idx ALTER COLUMN 1 SET STATISTICS 1000;
DROP INDEX users_email_idx;
CREATE INDEX api_tokens_user_idx ON api_tokens (user_id);
