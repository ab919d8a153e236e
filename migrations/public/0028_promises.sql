-- +goose Up
-- Staff hear of jobs that were given up.
ALTER TABLE notifications DROP CONSTRAINT notifications_kind_check,
    ADD CONSTRAINT notifications_kind_check CHECK (kind IN ('ticket', 'answer', 'sign_up', 'provisioning', 'consent', 'job'));

-- What plans promise of support is what sla_hours holds the platform to; texts
-- that a superuser wrote stay as they are.
UPDATE plans SET features = array_replace(features, 'Faster answers from support', 'Support answers within 24 hours, within 8 when it is critical') WHERE code = 'professional';
UPDATE plans SET features = array_replace(features, 'Answers from support the same day', 'Support answers within 12 hours, within 4 when it is critical') WHERE code = 'business';
UPDATE plans SET features = array_replace(features, 'First in line at support', 'Support answers within 8 hours, within 1 when it is critical') WHERE code = 'enterprise';
