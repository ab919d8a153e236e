package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/transfer"
)

func businessExportCmd() *cobra.Command {
	var subdomain, out string
	cmd := &cobra.Command{
		Use:   "export --subdomain SUBDOMAIN [--out FILE]",
		Short: "Write everything of a business into one file",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if subdomain == "" {
				return usagef("--subdomain: say which business")
			}
			if out == "" {
				out = subdomain + ".zip"
			}
			return withStore(cmd, func(ctx context.Context, db *store.DB) error {
				tenant, err := db.TenantBySubdomain(ctx, subdomain)
				if err != nil {
					return fmt.Errorf("there is no business %q", subdomain)
				}
				if out == "-" {
					return transfer.ExportBusiness(ctx, db, tenant.ID, cmd.OutOrStdout())
				}
				return writeWhole(out, func(w io.Writer) error { return transfer.ExportBusiness(ctx, db, tenant.ID, w) })
			})
		},
	}
	cmd.Flags().StringVar(&subdomain, "subdomain", "", "which business")
	cmd.Flags().StringVar(&out, "out", "", "the file, - for standard output (SUBDOMAIN.zip)")
	return cmd
}

// writeWhole leaves either the whole file or none.
func writeWhole(name string, write func(io.Writer) error) (err error) {
	file, err := os.OpenFile(name+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // the caller's own choice
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	buffered := bufio.NewWriter(file)
	if err := errors.Join(write(buffered), buffered.Flush(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}

func businessImportCmd() *cobra.Command {
	var name, subdomain string
	cmd := &cobra.Command{
		Use:   "import --file FILE [--subdomain SUBDOMAIN]",
		Short: "Restore a business from an exported file",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			file, err := os.Open(name) //nolint:gosec // the caller's own choice
			if err != nil {
				return usagef("--file: %s can't be opened", name)
			}
			defer file.Close()
			info, err := file.Stat()
			if err != nil {
				return err
			}
			return withStore(cmd, func(ctx context.Context, db *store.DB) error {
				m, err := transfer.ImportBusiness(ctx, db, file, info.Size(), subdomain)
				if err == nil {
					fmt.Fprintf(cmd.OutOrStdout(), "Restored %s (%s). Its people choose a new password by “Forgot password”.\n", m.Subdomain, m.BusinessID)
				}
				return err
			})
		},
	}
	cmd.Flags().StringVar(&name, "file", "", "a file that export wrote")
	cmd.Flags().StringVar(&subdomain, "subdomain", "", "another address than the one that it had")
	return cmd
}

func businessDeleteCmd() *cobra.Command {
	var subdomain, confirm string
	cmd := &cobra.Command{
		Use:   "delete --subdomain SUBDOMAIN --confirm NAME",
		Short: "Delete a business for good, with all of its data",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd, func(ctx context.Context, db *store.DB) error {
				tenant, err := db.TenantBySubdomain(ctx, subdomain)
				if err != nil || tenant.MovedTo != "" {
					return fmt.Errorf("there is no business %q", subdomain)
				}
				if err := console.DeleteBusiness(ctx, db, tenant.ID, confirm); err != nil {
					return err
				}
				if err := console.DestroyBusiness(ctx, db, tenant.ID, uuid.NullUUID{}); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "Deleted %s (%s).\n", subdomain, tenant.ID)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&subdomain, "subdomain", "", "which business")
	cmd.Flags().StringVar(&confirm, "confirm", "", "its name, typed by somebody who means it")
	return cmd
}
