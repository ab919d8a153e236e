package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

func businessCmd() *cobra.Command {
	cmd := &cobra.Command{Use: "business", Short: "Administer businesses", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(businessCreateCmd(), businessExportCmd(), businessImportCmd(), businessSuspendCmd(), businessDeleteCmd())
	return cmd
}

func businessCreateCmd() *cobra.Command {
	var in console.NewBusiness
	cmd := &cobra.Command{
		Use:   "create --name NAME --subdomain SUBDOMAIN --owner-email EMAIL",
		Short: "Open a business; its owner gets an invitation by mail",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			errs := map[string]string{}
			web.CheckText(errs, "--name", in.Name, 1, 120, "Give the business a name.")
			web.CheckText(errs, "--owner-name", in.OwnerName, 1, 120, "Give the owner's name.")
			in.OwnerEmail = store.CanonicalEmail(in.OwnerEmail)
			web.CheckEmail(errs, "--owner-email", in.OwnerEmail)
			for flag, message := range errs {
				return usagef("%s: %s", flag, message)
			}
			if err := settings.CheckSubdomain(in.Subdomain); err != nil {
				return usagef("--subdomain: %s", err.Error())
			}
			if !slices.Contains(console.Plans, in.Plan) {
				return usagef("--plan must be one of %v", console.Plans)
			}
			if _, err := time.LoadLocation(in.TimeZone); err != nil {
				return usagef("--time-zone: there is no zone %q", in.TimeZone)
			}
			return withStore(cmd, func(ctx context.Context, db *store.DB) error {
				id, err := console.CreateBusiness(ctx, db, in)
				if err == nil {
					fmt.Fprintf(cmd.OutOrStdout(), "Created %s (%s).\n", in.Subdomain, id)
				}
				return err
			})
		},
	}
	cmd.Flags().StringVar(&in.Name, "name", "", "name of the business")
	cmd.Flags().StringVar(&in.Subdomain, "subdomain", "", "its address before the base domain")
	cmd.Flags().StringVar(&in.Plan, "plan", "free", "free, professional, business or enterprise")
	cmd.Flags().StringVar(&in.TimeZone, "time-zone", "UTC", "IANA name, like Europe/Zurich")
	cmd.Flags().StringVar(&in.OwnerName, "owner-name", "Owner", "name of the owner")
	cmd.Flags().StringVar(&in.OwnerEmail, "owner-email", "", "address of the owner")
	return cmd
}

func businessSuspendCmd() *cobra.Command {
	var subdomain, reason string
	var notify bool
	cmd := &cobra.Command{
		Use:   "suspend --subdomain SUBDOMAIN --reason TEXT",
		Short: "Close a business's site; its owners see the reason",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd, func(ctx context.Context, db *store.DB) error {
				tenant, err := db.TenantBySubdomain(ctx, subdomain)
				if err != nil {
					return fmt.Errorf("there is no business %q", subdomain)
				}
				return console.SuspendBusiness(ctx, db, tenant.ID, reason, notify)
			})
		},
	}
	cmd.Flags().StringVar(&subdomain, "subdomain", "", "which business")
	cmd.Flags().StringVar(&reason, "reason", "", "5 to 500 characters, shown to the owners")
	cmd.Flags().BoolVar(&notify, "notify", false, "tell the owners by mail")
	return cmd
}
