-- +goose Up
-- Of the team's mails: whose. The address is read when a mail leaves.
ALTER TABLE notices ADD COLUMN user_id uuid;
UPDATE notices n SET user_id = u.id FROM users u
WHERE n.customer_id IS NULL AND n.state IN ('queued', 'held', 'failed') AND u.business_id = n.business_id AND u.role <> 'CUSTOMER' AND lower(u.email) = lower(n.to_email);
