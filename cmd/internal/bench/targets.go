package main

import (
	"context"
	"errors"
	"html"
	"regexp"
	"strings"

	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (b *bench) listTargets(ctx context.Context, app *server) ([]target, error) {
	list := urls.Businesses()
	at := func(pairs ...string) string { return urls.WithQuery(list, pairs...) }
	targets, err := pagerTargets(ctx, app, list)
	if err != nil {
		return nil, err
	}
	beforeLast, err := follow(ctx, app, targets[len(targets)-1].path, "left")
	if err != nil {
		return nil, err
	}
	far, err := follow(ctx, app, at("page", "199"), "right")
	if err != nil {
		return nil, err
	}
	targets = append(targets, target{"before the last", app, beforeLast}, target{"page 200 by link", app, far}, target{"page 200 by number", app, at("page", "200")})
	for _, key := range []string{"-name", "plan", "-plan", "status", "-status", "owner", "-owner", "people", "-people", "appointments", "-appointments",
		"mrr", "-mrr", "activity", "-activity", "joined", "-joined"} {
		targets = append(targets, target{"sort " + key, app, at("sort", key)})
	}
	rare, common, err := b.words(ctx)
	if err != nil {
		return nil, err
	}
	return append(targets,
		target{"search rare " + rare, app, at("q", rare)},
		target{"search common " + common, app, at("q", common)},
		target{"search two words", app, at("q", common+" "+common[:3])},
		target{"search two letters", app, at("q", common[:2])},
		target{"search nothing found", app, at("q", "qqxqq")},
		target{"search common, sorted by MRR", app, at("q", common, "sort", "-mrr")},
		target{"filter status active", app, at("status", "active")},
		target{"filter plan enterprise", app, at("plan", "enterprise")},
		target{"filter plan and status", app, at("plan", "free", "status", "suspended")},
		target{"filter trial, sorted by MRR", app, at("status", "trial", "sort", "-mrr")},
		target{"filter archived, last page", app, at("status", "archived", "sort", "-joined", "page", "20")},
		target{"search and filter", app, at("q", common, "plan", "free", "status", "active")},
		target{"filter free, sorted by MRR", app, at("plan", "free", "sort", "-mrr")},
		target{"filter enterprise, by MRR upwards", app, at("plan", "enterprise", "sort", "mrr")},
		target{"filter suspended, by activity", app, at("status", "suspended", "sort", "-activity")},
		target{"filter zone Europe", app, at("zone", "europe")},
		target{"filter zone, sorted by MRR", app, at("zone", "europe/z", "sort", "-mrr")},
		target{"filter trial ends in 7 days", app, at("trial", "7d")},
		target{"filter trial ends in 30, by owner", app, at("trial", "30d", "sort", "owner")},
		target{"filter inactive 30 days", app, at("inactive", "30d")},
		target{"filter inactive 90 days, by people", app, at("inactive", "90d", "sort", "-people")},
		target{"filter trial and zone", app, at("trial", "30d", "zone", "america")},
	), nil
}

func (b *bench) peopleTargets(ctx context.Context, app *server) ([]target, error) {
	list := urls.Users()
	at := func(pairs ...string) string { return urls.WithQuery(list, pairs...) }
	targets, err := pagerTargets(ctx, app, list)
	if err != nil {
		return nil, err
	}
	admin, err := b.data.admin(big.name())
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	var business, name, email string
	err = admin.QueryRowContext(ctx, `SELECT business_id, lower(split_part(name, ' ', 1)), email FROM users WHERE role = 'TENANT_MANAGER' ORDER BY id LIMIT 1`).Scan(&business, &name, &email)
	if err != nil {
		return nil, err
	}
	_, rare, err := b.words(ctx)
	if err != nil {
		return nil, err
	}
	for _, key := range []string{"-name", "email", "-email", "joined", "-joined", "last_login", "-last_login"} {
		targets = append(targets, target{"sort " + key, app, at("sort", key)})
	}
	for _, q := range []string{email, name, name + " own", "ow", "owner", "qqxqq"} {
		targets = append(targets, target{"search " + q, app, at("q", q)})
	}
	for _, filter := range [][]string{{"role", "TENANT_OWNER"}, {"role", "TENANT_STAFF"}, {"role", "SUPERUSER"}, {"status", "disabled"}, {"status", "active"},
		{"seen", "24h"}, {"seen", "30d"}, {"seen", "long-ago"}, {"seen", "never"}, {"business", business}, {"role", "TENANT_STAFF", "sort", "-last_login"},
		{"role", "SUPERUSER", "sort", "-joined"}, {"status", "disabled", "sort", "email"}, {"seen", "never", "sort", "-joined"}, {"role", "TENANT_OWNER", "q", "owner", "sort", "email"}} {
		targets = append(targets, target{"filter " + strings.Join(filter, " "), app, at(filter...)})
	}
	for _, q := range []string{"zz", "owner", rare, email, name, "1", "qqxqq"} {
		targets = append(targets, target{"everything: " + q, app, urls.WithQuery(urls.Search(), "q", q)})
	}
	return targets, nil
}

// pagerTargets are a list's first page and where its pager leads: next, previous
// (from the third page) and, behind them, last.
func pagerTargets(ctx context.Context, app *server, list string) ([]target, error) {
	next, err := follow(ctx, app, list, "right")
	if err != nil {
		return nil, err
	}
	third, err := follow(ctx, app, next, "right")
	if err != nil {
		return nil, err
	}
	previous, err := follow(ctx, app, third, "left")
	if err != nil {
		return nil, err
	}
	last, err := follow(ctx, app, list, "last")
	return []target{{"first", app, list}, {"next", app, next}, {"previous", app, previous}, {"last", app, last}}, err
}

// follow returns where one of the pager's links leads.
func follow(ctx context.Context, s *server, path, icon string) (string, error) {
	page, err := s.get(ctx, path)
	if err != nil {
		return "", err
	}
	tag := regexp.MustCompile(`<a[^>]*id="[a-z]+-` + icon + `"[^>]*>`).FindString(page)
	_, rest, ok := strings.Cut(tag, ` href="`)
	href, _, _ := strings.Cut(rest, `"`)
	if !ok {
		return "", errors.New("no link " + icon + " on " + path)
	}
	return html.UnescapeString(href), nil
}

// words returns a word that few businesses have and one that many have.
func (b *bench) words(ctx context.Context) (rare, common string, err error) {
	admin, err := b.data.admin(big.name())
	if err != nil {
		return "", "", err
	}
	defer admin.Close()
	err = admin.QueryRowContext(ctx, `
		WITH words AS (
			SELECT word, count(*) AS n FROM business_totals, unnest(string_to_array(search_text, ' ')) AS word
			WHERE word ~ '^[a-z]{6,10}$' GROUP BY word)
		SELECT (SELECT word FROM words WHERE n = 2 ORDER BY word LIMIT 1), (SELECT word FROM words ORDER BY n DESC, word LIMIT 1)`).Scan(&rare, &common)
	return rare, common, err
}
