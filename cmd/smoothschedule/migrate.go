package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

func migrateCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database to this program's version, or say where it stands",
		Args:  noArgs,
		RunE:  migrateUp,
	}
	cmd.AddCommand(
		&cobra.Command{Use: "up", Short: "Bring the public schema and all tenants to the newest version", Args: noArgs, RunE: migrateUp},
		&cobra.Command{Use: "status", Short: "Say where the public schema and the tenants stand", Args: noArgs, RunE: migrateStatus},
	)
	return cmd
}

func migrateUp(cmd *cobra.Command, _ []string) (err error) {
	ctx := cmd.Context()
	db, stop, err := openStore(ctx, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	var bar *progressbar.ProgressBar
	err = schema.Migrate(ctx, db, func(done, all int) {
		if bar == nil {
			bar = progressbar.NewOptions(all, progressbar.OptionSetWriter(cmd.ErrOrStderr()), progressbar.OptionSetDescription("tenants"), progressbar.OptionShowCount())
		}
		_ = bar.Set(done)
	})
	if bar != nil {
		fmt.Fprintln(cmd.ErrOrStderr())
	}
	if err != nil {
		return err
	}
	return printStatus(ctx, cmd.OutOrStdout(), db)
}

func migrateStatus(cmd *cobra.Command, _ []string) (err error) {
	db, stop, err := openStore(cmd.Context(), cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	return printStatus(cmd.Context(), cmd.OutOrStdout(), db)
}

func printStatus(ctx context.Context, out io.Writer, db *store.DB) error {
	s, err := schema.ReadMigrationStatus(ctx, db)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "public   version %d of %d\n", s.Public, s.PublicLatest)
	fmt.Fprintf(out, "tenants  %d schemas at version %d, %d behind, %d failed; %d stand ready to be claimed\n",
		s.Tenants-s.Behind, s.TenantLatest, s.Behind, len(s.Failed), s.Ready)
	for _, f := range s.Failed {
		fmt.Fprintf(out, "failed   %s at version %d: %s\n", f.Schema, f.Version, f.Error)
	}
	if s.Public > s.PublicLatest {
		return schema.ErrNewer
	}
	return nil
}
