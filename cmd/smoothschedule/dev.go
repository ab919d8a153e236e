package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/smoothschedule/smoothschedule/cmd/internal/app"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/seed"
)

func devCmd() *cobra.Command {
	var quiet bool
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Serve for development: private PostgreSQL, migrations, demo data, quick login",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return dev(cmd.Context(), cmd.OutOrStdout(), quiet)
		},
	}
	cmd.Flags().BoolVar(&quiet, "quiet", false, "log failures only, not every request")
	return cmd
}

func dev(ctx context.Context, out io.Writer, quiet bool) (err error) {
	cfg, err := app.ReadConfig(true, os.Getenv)
	if err != nil {
		return err
	}
	// The port first: when it is taken, nothing has been begun.
	listeners, err := app.Listen(ctx, cfg.Addrs)
	if err != nil {
		return err
	}
	defer func() {
		for _, l := range listeners {
			_ = l.Close()
		}
	}()
	cfg, private, err := app.Private(ctx, cfg, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, private.Stop()) }()
	if err := prepare(ctx, cfg, out); err != nil {
		return err
	}
	cfg.Version = version
	a, err := app.Open(ctx, cfg, devLog(quiet))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	announce(out, a)
	return a.Run(ctx, listeners)
}

// prepare migrates, and loads the demo data into an empty database.
func prepare(ctx context.Context, cfg app.Config, out io.Writer) error {
	db, err := app.OpenStore(cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	// Before anything is changed: a wrong login would be found afterwards only.
	if err := schema.CheckLogins(ctx, db); err != nil {
		return err
	}
	if err := schema.Migrate(ctx, db, nil); err != nil {
		return err
	}
	empty, err := db.IsEmpty(ctx)
	if err != nil || !empty {
		return err
	}
	started := time.Now()
	fmt.Fprintln(out, "Loading demo data …")
	if err := seed.Demo(ctx, db, seed.DemoOptions{}); err != nil {
		return fmt.Errorf("load the demo data: %w", err)
	}
	fmt.Fprintf(out, "Loaded in %.1f s.\n", time.Since(started).Seconds())
	return nil
}

func devLog(quiet bool) *slog.Logger {
	level := slog.LevelInfo
	if quiet {
		level = slog.LevelWarn
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// announce prints where everything is and who can log in.
func announce(out io.Writer, a *app.App) {
	var b strings.Builder
	fmt.Fprintf(&b, "\nSmoothSchedule runs; Ctrl-C stops it.\n\n")
	fmt.Fprintf(&b, "  Platform console  %s\n", a.Sites.Platform("/"))
	fmt.Fprintf(&b, "  A business        %s\n", a.Sites.Business("acme-auto", "/"))
	fmt.Fprintf(&b, "  Apex              %s\n", a.Sites.Apex("/"))
	fmt.Fprintf(&b, "  Mails, gallery    %s  %s\n\n", a.Sites.Platform("/dev/mail"), a.Sites.Platform("/dev/gallery"))
	fmt.Fprintf(&b, "  Logins, password %s (or the buttons on the login page)\n", seed.Password)
	fmt.Fprintf(&b, "    platform   superuser@, manager@, support@, sales@smoothschedule.test\n")
	fmt.Fprintf(&b, "    acme-auto  owner@, manager@, staff@, customer@acme-auto.test\n\n")
	_, _ = io.WriteString(out, b.String())
}

// openStore opens the database that the CLI's commands work on: the one that the
// environment names, or the private one of development, running or not.
func openStore(ctx context.Context, out io.Writer) (*store.DB, func() error, error) {
	cfg, err := app.ReadConfig(true, os.Getenv)
	if err != nil {
		return nil, nil, err
	}
	cfg, private, err := app.Private(ctx, cfg, out)
	if err != nil {
		return nil, nil, err
	}
	db, err := app.OpenStore(cfg)
	if err != nil {
		return nil, nil, errors.Join(err, private.Stop())
	}
	return db, func() error { return errors.Join(db.Close(), private.Stop()) }, nil
}

// withStore runs fn on a database of this program's version.
func withStore(cmd *cobra.Command, fn func(context.Context, *store.DB) error) (err error) {
	ctx := cmd.Context()
	db, stop, err := openStore(ctx, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if err := schema.CheckVersion(ctx, db); err != nil {
		return err
	}
	return fn(ctx, db)
}
