-- +goose Up
-- Settings and plans are changed on the console and read by every scope.
ALTER TABLE plans ADD COLUMN features text[] NOT NULL DEFAULT '{}';
UPDATE plans SET features = ARRAY['Booking page', 'Calendar for your team', 'Reminders by mail'] WHERE code = 'free';
UPDATE plans SET features = ARRAY['Everything in Free', 'More people and resources', 'Faster answers from support'] WHERE code = 'professional';
UPDATE plans SET features = ARRAY['Everything in Professional', 'Room for a whole team', 'Answers from support the same day'] WHERE code = 'business';
UPDATE plans SET features = ARRAY['Everything in Business', 'No limits', 'First in line at support'] WHERE code = 'enterprise';

ALTER TABLE settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE plans ENABLE ROW LEVEL SECURITY;
CREATE POLICY readable ON settings FOR SELECT USING (true);
CREATE POLICY readable ON plans FOR SELECT USING (true);
CREATE POLICY added ON settings FOR INSERT WITH CHECK ((SELECT current_setting('app.scope', true) = 'platform'));
CREATE POLICY changed ON settings FOR UPDATE USING ((SELECT current_setting('app.scope', true) = 'platform'));
CREATE POLICY changed ON plans FOR UPDATE USING ((SELECT current_setting('app.scope', true) = 'platform'));
GRANT INSERT, UPDATE ON settings TO smooth_web;
GRANT UPDATE ON plans TO smooth_web;
