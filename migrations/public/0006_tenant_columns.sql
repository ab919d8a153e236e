-- +goose Up
-- A column that businesses' tables copy with LIKE. A range of times is 32 bytes
-- and never leaves its row; said so before the table is made, PostgreSQL makes
-- no TOAST table and no index for it: two files less for each business. CREATE
-- TABLE itself can say so only from PostgreSQL 16 on.
CREATE TABLE tenant_columns (during tstzrange NOT NULL);
ALTER TABLE tenant_columns ALTER COLUMN during SET STORAGE PLAIN;
