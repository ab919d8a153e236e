package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/views/urls"
)

// big is the database of the figures, small the one that the dashboard is held
// against.
var (
	big   = dataset{10_000, 200_000}
	small = dataset{100, 2_000}
)

// firstPage is P1: the business list against the plain page and pgbench.
func (b *bench) firstPage(ctx context.Context) error {
	app, err := b.startApp(ctx, big)
	if err != nil {
		return err
	}
	defer func() { _ = app.stop() }()
	plain, err := b.startPlain(big)
	if err != nil {
		return err
	}
	defer func() { _ = plain.stop() }()
	path := urls.Businesses()
	targets := []target{{"plain page", plain, path}, {"smoothschedule", app, path}}
	if b.against != "" {
		other, err := b.startBuild(ctx, b.against, "other", big)
		if err != nil {
			return err
		}
		defer func() { _ = other.stop() }()
		targets = append(targets, target{"other build", other, path})
	}
	samples, err := b.interleave(targets, b.rounds, b.length)
	if err != nil {
		return err
	}
	b.title("Business list, 25 of 10,000, %d connections: CPU per request", clients)
	b.line("                    server  PostgreSQL     sum   ratio   requests/s   p50     p99    body")
	for i, t := range targets {
		s := samples[i]
		b.line("%-16s %6.3f ms  %6.3f ms  %6.3f ms  %5.2f   %8.0f  %4.1f ms %5.1f ms %5.1f kB", t.label,
			middle(s, func(s sample) float64 { return s.app }), middle(s, func(s sample) float64 { return s.postgres }),
			middle(s, sample.sum), ratio(s, samples[0], sample.sum), middle(s, func(s sample) float64 { return s.perSecond }),
			middle(s, func(s sample) float64 { return s.p50 }), middle(s, func(s sample) float64 { return s.p99 }),
			middle(s, func(s sample) float64 { return s.kilobytes }))
	}
	b.line("memory under load: smoothschedule %d MB resident, plain page %d MB", memory(app.pid, "VmRSS")>>20, memory(plain.pid, "VmRSS")>>20)
	return nil
}

// databasePart holds PostgreSQL's share of it against pgbench with the same SQL.
func (b *bench) databasePart(ctx context.Context) error {
	b.title("PostgreSQL's part of the business list: CPU per request")
	path := urls.Businesses()
	if _, err := exec.LookPath("pgbench"); err != nil {
		b.line("not measured: pgbench is not installed")
		return nil
	}
	app, err := b.startApp(ctx, big)
	if err != nil {
		return err
	}
	defer func() { _ = app.stop() }()
	statements, err := b.recordStatements(ctx, big, path)
	if err != nil {
		return err
	}
	var alone, page, ratios []float64
	for range b.rounds {
		cpu, _, err := b.pgbench(ctx, big, statements, b.length)
		if err != nil {
			return err
		}
		s, err := b.measure(target{"smoothschedule", app, path}, b.length)
		if err != nil {
			return err
		}
		alone, page, ratios = append(alone, cpu), append(page, s.postgres), append(ratios, s.postgres/cpu)
	}
	b.line("smoothschedule %.3f ms; pgbench with the same %d statements, prepared, %.3f ms; ratio %.2f",
		median(page), len(statements), median(alone), median(ratios))
	return nil
}

// otherPages is P2: what other pages of the list cost against the first.
func (b *bench) otherPages(ctx context.Context) error {
	app, err := b.startApp(ctx, big)
	if err != nil {
		return err
	}
	defer func() { _ = app.stop() }()
	targets, err := b.listTargets(ctx, app)
	if err != nil {
		return err
	}
	samples, err := b.interleave(targets, b.rounds, b.length/2)
	if err != nil {
		return err
	}
	b.title("Other pages of the list against the first: CPU per request")
	for i, t := range targets {
		s := samples[i]
		b.line("%-34s %6.3f ms (server %.3f, PostgreSQL %.3f)  ratio %5.2f", t.label, middle(s, sample.sum),
			middle(s, func(s sample) float64 { return s.app }), middle(s, func(s sample) float64 { return s.postgres }), ratio(s, samples[0], sample.sum))
	}
	return nil
}

func (b *bench) listTargets(ctx context.Context, app *server) ([]target, error) {
	list := urls.Businesses()
	at := func(pairs ...string) string { return urls.WithQuery(list, pairs...) }
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
	if err != nil {
		return nil, err
	}
	beforeLast, err := follow(ctx, app, last, "left")
	if err != nil {
		return nil, err
	}
	far, err := follow(ctx, app, at("page", "199"), "right")
	if err != nil {
		return nil, err
	}
	targets := []target{
		{"first", app, list}, {"next", app, next}, {"previous", app, previous}, {"last", app, last}, {"before the last", app, beforeLast},
		{"page 200 by link", app, far}, {"page 200 by number", app, at("page", "200")},
	}
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
	), nil
}

// follow returns where one of the pager's links leads.
func follow(ctx context.Context, s *server, path, icon string) (string, error) {
	page, err := s.get(ctx, path)
	if err != nil {
		return "", err
	}
	tag := regexp.MustCompile(`<a[^>]*id="businesses-` + icon + `"[^>]*>`).FindString(page)
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

// dashboards is the end of P2: the dashboard of 10,000 against that of 100.
func (b *bench) dashboards(ctx context.Context) error {
	few, err := b.startApp(ctx, small)
	if err != nil {
		return err
	}
	defer func() { _ = few.stop() }()
	many, err := b.startApp(ctx, big)
	if err != nil {
		return err
	}
	defer func() { _ = many.stop() }()
	targets := []target{{"100 businesses", few, urls.Dashboard()}, {"10,000 businesses", many, urls.Dashboard()}}
	samples, err := b.interleave(targets, b.rounds, b.length)
	if err != nil {
		return err
	}
	b.title("Dashboard: CPU per request")
	for i, t := range targets {
		b.line("%-34s %6.3f ms  ratio %5.2f", t.label, middle(samples[i], sample.sum), ratio(samples[i], samples[0], sample.sum))
	}
	return nil
}

func (b *bench) title(format string, args ...any) { fmt.Fprintf(b.out, "\n"+format+"\n", args...) }
func (b *bench) line(format string, args ...any)  { fmt.Fprintf(b.out, "  "+format+"\n", args...) }

func since(began time.Time) string { return time.Since(began).Round(time.Millisecond).String() }
