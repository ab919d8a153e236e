-- +goose Up
-- The audit log shows the page views of a visit as a number at its beginning.
CREATE OR REPLACE VIEW audit_lines AS
SELECT l.id, l.at, l.business_id, l.actor_id, l.actor_name, l.subject_name, l.action, l.object_type, l.object_name, l.details, l.address,
    COALESCE(b.name, '') AS business_name, l.object_id, l.masquerade_id
FROM audit_log l LEFT JOIN businesses b ON b.id = l.business_id
WHERE (SELECT current_setting('app.scope', true) = 'platform');
CREATE INDEX audit_log_folded_idx ON audit_log (at, id) WHERE action <> 'masquerade.page_viewed';

-- Masquerades by who and as whom.
CREATE INDEX masquerades_who_idx ON masquerades (actor_name, id);
CREATE INDEX masquerades_as_idx ON masquerades (subject_name, id);

-- Businesses are found by telephone and contact address, too.
UPDATE business_totals t SET search_text = lower(concat_ws(' ', b.name, b.subdomain, NULLIF(t.owner_name, ''), NULLIF(t.owner_email, ''),
    NULLIF(b.contact_email, ''), NULLIF(phone_digits(b.phone), ''),
    (SELECT string_agg(d.name, ' ' ORDER BY d.name) FROM domains d WHERE d.business_id = b.id AND d.name <> b.subdomain)))
FROM businesses b WHERE b.id = t.business_id;
