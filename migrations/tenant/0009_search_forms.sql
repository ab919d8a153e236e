-- What a search for customers compares, kept by the database so that no change of
-- a name can forget it; and the order of a phone book.
ALTER TABLE customers
    ADD COLUMN search_form text GENERATED ALWAYS AS (public.search_form(name || ' ' || COALESCE(email, '') || ' ' || COALESCE(phone, ''))) STORED,
    ADD COLUMN phone_digits text GENERATED ALWAYS AS (public.phone_digits(phone)) STORED;
DROP INDEX customers_name_idx;
CREATE INDEX customers_name_idx ON customers (name COLLATE "und-x-icu", id);
