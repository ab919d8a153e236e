CREATE TABLE customers (
    id         uuid PRIMARY KEY,
    user_id    uuid,
    name       varchar(120) NOT NULL,
    email      varchar(254),
    phone      varchar(40),
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX customers_email_key ON customers (lower(email));
CREATE INDEX customers_name_idx ON customers (lower(name), id);
CREATE INDEX customers_created_idx ON customers (created_at, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON customers TO smooth_web;
GRANT SELECT ON customers TO smooth_read;
