package main

import (
	"context"
	"fmt"
	"os/exec"
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
	return b.againstFirst("Other pages of the list against the first: CPU per request", targets)
}

// everyone is P2 for the directory of all people, and the search for anything
// against its first page.
func (b *bench) everyone(ctx context.Context) error {
	app, err := b.startApp(ctx, big)
	if err != nil {
		return err
	}
	defer func() { _ = app.stop() }()
	targets, err := b.peopleTargets(ctx, app)
	if err != nil {
		return err
	}
	return b.againstFirst("People and search against the first page of people: CPU per request", targets)
}

func (b *bench) againstFirst(title string, targets []target) error {
	samples, err := b.interleave(targets, b.rounds, b.length/2)
	if err != nil {
		return err
	}
	b.title("%s", title)
	for i, t := range targets {
		s := samples[i]
		b.line("%-34s %6.3f ms (server %.3f, PostgreSQL %.3f)  ratio %5.2f", t.label, middle(s, sample.sum),
			middle(s, func(s sample) float64 { return s.app }), middle(s, func(s sample) float64 { return s.postgres }), ratio(s, samples[0], sample.sum))
	}
	return nil
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
