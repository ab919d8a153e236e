-- What a customer agreed to. A late change costs what was said when the
-- appointment was made, and nothing at a time that the business chose alone.
-- Rows from before know none of this: for them the business's rules of the day
-- hold, and their time is agreed.
ALTER TABLE appointments
    ADD COLUMN visitor_zone varchar(64),       -- the clock of who booked; NULL: the business's
    ADD COLUMN terms_cancel_minutes integer,   -- before the start, without a fee
    ADD COLUMN terms_fee_cents integer,
    ADD COLUMN agreed_start timestamptz,       -- to which the customer said yes; NULL: as it stands
    ADD COLUMN agreed_at timestamptz,          -- when; NULL: when it was booked
    ADD COLUMN moved_by_business boolean,      -- and the customer heard of it
    ADD COLUMN answer varchar(200);            -- the business's words when it declines or cancels
GRANT SELECT (visitor_zone, terms_cancel_minutes, terms_fee_cents, agreed_start, agreed_at, moved_by_business, answer) ON appointments TO smooth_read;
