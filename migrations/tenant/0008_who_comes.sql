-- Who comes, when that is somebody else than the customer whose address it is:
-- families share one. NULL: the customer, or the customer's telephone.
-- The sequence counts what calendars are told of an appointment. Before, it was
-- the seconds of its last change: it goes on from there, since calendars drop
-- what counts less than what they have.
ALTER TABLE appointments
    ADD COLUMN guest_name varchar(120),
    ADD COLUMN guest_phone varchar(40),
    ADD COLUMN sequence integer;
ALTER TABLE appointments ALTER COLUMN sequence SET DEFAULT 0;
UPDATE appointments SET sequence = GREATEST(0, CAST(floor(extract(epoch FROM updated_at)) AS bigint) - 1700000000);
ALTER TABLE appointments ALTER COLUMN sequence SET NOT NULL;
CREATE INDEX appointments_guest_idx ON appointments (starts_at) WHERE guest_name IS NOT NULL;
GRANT SELECT (guest_name, guest_phone, sequence) ON appointments TO smooth_read;
