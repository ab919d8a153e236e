// Command bench measures what docs/performance.md says: pages against a plain
// page written with the same parts, in the same run on the same machine. It
// prints figures and asserts none.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// bench is one run.
type bench struct {
	data       *databases
	dir        string
	self       string // this program
	against    string // another build of it, or ""
	postmaster int
	rounds     int
	length     time.Duration // of one load
	out        io.Writer
}

// parts are measured in this order; the first needs no database.
var parts = []part{
	{"availability", (*bench).availability},
	{"sign-in", (*bench).signIn},
	{"list", (*bench).firstPage},
	{"database", (*bench).databasePart},
	{"pages", (*bench).otherPages},
	{"people", (*bench).everyone},
	{"dashboard", (*bench).dashboards},
	{"day", (*bench).day},
	{"scale", (*bench).scale},
	{"lighthouse", (*bench).lighthouse},
}

type part struct {
	name string
	run  func(*bench, context.Context) error
}

func main() {
	if err := begin(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// begin is the parent or, as BENCH_ROLE says, one of its children.
func begin() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch os.Getenv(roleVariable) {
	case "app":
		return serveApp(context.WithoutCancel(ctx))
	case "plain":
		return servePlain(context.WithoutCancel(ctx))
	case "load":
		return generateLoad()
	}
	return run(ctx)
}

func run(ctx context.Context) (err error) {
	b := &bench{out: os.Stdout}
	dir := flag.String("dir", filepath.Join(".data", "bench"), "folder that is kept between runs")
	only := flag.String("only", "", "parts to measure, separated by commas: availability, sign-in, list, database, pages, people, dashboard, day, scale, lighthouse")
	flag.IntVar(&b.rounds, "rounds", 5, "rounds whose median counts")
	flag.DurationVar(&b.length, "length", 3*time.Second, "length of one load")
	flag.StringVar(&b.against, "against", "", "another build of this program, whose list is measured in the same run")
	flag.Parse()
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	if b.dir, err = filepath.Abs(*dir); err != nil {
		return err
	}
	wanted := slices.DeleteFunc(slices.Clone(parts), func(p part) bool {
		return *only != "" && !slices.Contains(strings.Split(*only, ","), p.name)
	})
	if !slices.ContainsFunc(wanted, func(p part) bool { return p.name != parts[0].name }) {
		return b.runParts(ctx, wanted)
	}
	if b.data, err = openDatabases(ctx, b.dir); err != nil {
		return err
	}
	defer b.data.stop()
	sets := []dataset{small, big}
	if len(wanted) == 1 && (wanted[0].name == "sign-in" || wanted[0].name == "day") {
		sets = sets[:1] // seeding the other takes minutes
	}
	for _, set := range sets {
		if err := b.data.ensure(ctx, set); err != nil {
			return err
		}
	}
	if b.postmaster, err = b.data.postmaster(); err != nil {
		return err
	}
	return b.runParts(ctx, wanted)
}

func (b *bench) runParts(ctx context.Context, wanted []part) error {
	for _, part := range wanted {
		if err := part.run(b, ctx); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", part.name, err), ctx.Err())
		}
	}
	return nil
}
