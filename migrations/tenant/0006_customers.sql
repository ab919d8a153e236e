-- What a business knows of its customers.
ALTER TABLE customers
    ADD COLUMN blocked_at timestamptz, -- may not book online
    ADD COLUMN erased_at timestamptz;  -- name and addresses are gone, figures stay
CREATE TABLE customer_tags (
    tag         varchar(40) NOT NULL,
    customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, customer_id)
);
CREATE TABLE customer_notes (
    customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    id          uuid NOT NULL,
    author_id   uuid,
    author_name varchar(120) NOT NULL,
    body        varchar(350) NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (customer_id, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON customer_tags, customer_notes TO smooth_web;
GRANT SELECT ON customer_tags, customer_notes TO smooth_read;
