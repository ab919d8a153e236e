-- +goose Up
-- What a search compares: letters without capitals, accents and ways of composing
-- them, quotes and apostrophes left out, every dash the same one. It is the only
-- place where that is decided; what is stored and what is typed both go through it.
-- Most text is ASCII and takes the short way. Marks that make another letter of
-- their own (Indic vowels, the Japanese voicing) stay.
CREATE FUNCTION search_form(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN octet_length(t) = length(t) THEN lower(translate(t, '''"`', '') COLLATE "C")
ELSE translate(replace(replace(replace(replace(lower(normalize(t, NFKD) COLLATE "und-x-icu"), U&'\00df', 'ss'), U&'\00e6', 'ae'), U&'\0153', 'oe'), U&'\00fe', 'th') COLLATE "C",
    -- Letters with a stroke, the dotless i, the final sigma, dashes; digits; and what is left out: quotes, invisible characters, marks.
    U&'\00f8\0142\0111\00f0\0127\0167\0131\03c2\2010\2011\2012\2013\2014\2015\2212'
    '\0660\0661\0662\0663\0664\0665\0666\0667\0668\0669\06f0\06f1\06f2\06f3\06f4\06f5\06f6\06f7\06f8\06f9'
    '''"`\2018\2019\201a\201b\201c\201d\201e\201f\00ab\00bb\2039\203a\02bb\02bc\02bd\02b9\02ba\02be\02bf\02c8\2032\2033\00b4\05f3\05f4'
    '\00ad\061c\200b\200c\200d\200e\200f\202a\202b\202c\202d\202e\2060\2066\2067\2068\2069\feff\fe0e\fe0f'
    '\0300\0301\0302\0303\0304\0305\0306\0307\0308\0309\030a\030b\030c\030d\030e\030f\0310\0311\0312\0313\0314\0315\0316\0317\0318\0319\031a\031b'
    '\031c\031d\031e\031f\0320\0321\0322\0323\0324\0325\0326\0327\0328\0329\032a\032b\032c\032d\032e\032f\0330\0331\0332\0333\0334\0335\0336\0337'
    '\0338\0339\033a\033b\033c\033d\033e\033f\0342\0343\0344\0345\0640\064b\064c\064d\064e\064f\0650\0651\0652\0653\0654\0655\0670'
    '\05b0\05b1\05b2\05b3\05b4\05b5\05b6\05b7\05b8\05b9\05bb\05bc\05bd\05bf\05c1\05c2',
    U&'olddhti\03c3-------01234567890123456789') END;

-- The pattern by which LIKE finds a text anywhere in a form; of signs that don't
-- count it finds nothing.
CREATE FUNCTION search_pattern(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '%' || replace(replace(replace(NULLIF(public.search_form(t), ''), '\', '\\'), '%', '\%'), '_', '\_') || '%';

-- The digits of a telephone number, without what people write differently: zeros
-- in front, "(0)" behind the country, an extension.
CREATE FUNCTION phone_digits(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ltrim(regexp_replace(regexp_replace(public.search_form(t), '([0-9])[^0-9a-z]*(ext[a-z]*|x|#)[^0-9a-z]*[0-9]{1,6}[^0-9]*$', '\1'),
    '\(0\)|[^0-9]', '', 'g'), '0');

REVOKE EXECUTE ON FUNCTION search_form, search_pattern, phone_digits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_form, search_pattern, phone_digits TO smooth_web, smooth_read;

ALTER TABLE users ADD COLUMN search_form text GENERATED ALWAYS AS (public.search_form(name || ' ' || email)) STORED;
ALTER TABLE business_totals ADD COLUMN search_form text GENERATED ALWAYS AS (public.search_form(search_text)) STORED;
DROP INDEX users_search_idx, business_totals_search_idx, tickets_subject_idx, audit_log_search_idx;
CREATE INDEX users_search_idx ON users USING gin (search_form gin_trgm_ops);
CREATE INDEX business_totals_search_idx ON business_totals USING gin (search_form gin_trgm_ops);
CREATE INDEX tickets_subject_idx ON tickets USING gin (public.search_form(subject) gin_trgm_ops);
CREATE INDEX audit_log_search_idx ON audit_log USING gin
    (public.search_form(actor_name || ' ' || subject_name || ' ' || object_name || ' ' || action) gin_trgm_ops);
ALTER TABLE users ALTER COLUMN search_form SET STATISTICS 1000;
ALTER TABLE business_totals ALTER COLUMN search_form SET STATISTICS 1000;

-- Names stand in the order of a phone book.
DROP INDEX users_name_idx, users_team_idx, business_totals_owner_idx;
CREATE INDEX users_name_idx ON users (name COLLATE "und-x-icu", id);
CREATE INDEX users_team_idx ON users (business_id, name COLLATE "und-x-icu", id) WHERE role <> 'CUSTOMER';
CREATE INDEX business_totals_owner_idx ON business_totals (owner_name COLLATE "und-x-icu", business_id);

CREATE OR REPLACE VIEW business_lines AS
SELECT b.id, b.name, b.subdomain, b.plan, b.status, b.status_reason, b.time_zone, b.trial_ends_at, b.created_at,
    t.business_id, t.owner_id, t.owner_name, t.owner_email, lower(t.owner_name) AS owner_sort, t.people_count, t.search_form AS search_text,
    t.customers_count, t.appointments_30d, t.mrr_cents, t.last_activity_at,
    b.primary_domain, b.deleting_since, t.resources_count, t.appointments_month, COALESCE(b.logo_hash, '') AS logo_hash,
    t.plan AS figures_plan, t.status AS figures_status
FROM businesses b JOIN business_totals t ON t.business_id = b.id
WHERE (SELECT current_setting('app.scope', true) = 'platform');
CREATE OR REPLACE VIEW user_lines AS
SELECT u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at,
    COALESCE(b.name, '') AS business_name, COALESCE(b.subdomain, '') AS business_subdomain, COALESCE(b.status, '') AS business_status,
    lower(u.name) AS name_sort, lower(u.email) AS email_sort, COALESCE(u.last_login_at, TIMESTAMPTZ 'epoch') AS seen_sort,
    u.search_form AS search_text
FROM users u LEFT JOIN businesses b ON b.id = u.business_id
WHERE (SELECT current_setting('app.scope', true) = 'platform');
CREATE OR REPLACE VIEW ticket_lines AS
SELECT t.id, t.number, t.business_id, t.opened_by, t.assignee_id, t.subject, t.status, t.priority, t.created_at, t.updated_at, t.unanswered,
    t.waiting_since, t.clock_used_seconds, t.first_answered_at, t.closed_at, public.search_form(t.subject) AS subject_search,
    b.name AS business_name, b.subdomain, b.plan, b.status AS business_status,
    COALESCE(a.name, '') AS assignee_name, COALESCE(o.name, '') AS opener_name, COALESCE(o.is_active, false) AS opener_active,
    t.waiting_since + s.hours * interval '1 hour' - t.clock_used_seconds * interval '1 second' AS due_at
FROM tickets t JOIN businesses b ON b.id = t.business_id JOIN sla_hours s ON s.plan = b.plan AND s.priority = t.priority
    LEFT JOIN users a ON a.id = t.assignee_id LEFT JOIN users o ON o.id = t.opened_by
WHERE (SELECT current_setting('app.scope', true) = 'platform');
