package main

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/smoothschedule/smoothschedule/cmd/internal/app"
)

func serveCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Serve in production, configured by the environment",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context()) },
	}
}

// serve changes nothing in the database: migrating is a step of its own.
func serve(ctx context.Context) (err error) {
	cfg, err := app.ReadConfig(false, os.Getenv)
	if err != nil {
		return err
	}
	listeners, err := app.Listen(ctx, cfg.Addrs)
	if err != nil {
		return err
	}
	defer func() {
		for _, l := range listeners {
			_ = l.Close()
		}
	}()
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	cfg.Version = version
	a, err := app.Open(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	log.Info("serving", slog.String("platform", a.Sites.Platform("/")))
	return a.Run(ctx, listeners)
}
