package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/seed"
)

func seedCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "seed",
		Short: "Fill the database for trying out or for load tests",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var load seed.LoadOptions
	loadCmd := &cobra.Command{
		Use:   "load",
		Short: "Add generated businesses and appointments; goes on where a stopped run ended",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if load.Businesses < 1 || load.Businesses > 1_000_000 || load.Appointments < 1 || load.Appointments > 1_000_000 {
				return usagef("--businesses and --appointments must be from 1 to 1,000,000")
			}
			load.Progress = cmd.ErrOrStderr()
			return withStore(cmd, func(ctx context.Context, db *store.DB) error { return seed.Load(ctx, db, load) })
		},
	}
	loadCmd.Flags().IntVar(&load.Businesses, "businesses", 1000, "number of generated businesses in all")
	loadCmd.Flags().IntVar(&load.Appointments, "appointments", 20000, "number of their appointments in all")
	cmd.AddCommand(loadCmd, &cobra.Command{
		Use:   "demo",
		Short: "Load the demo data into an empty database",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd, func(ctx context.Context, db *store.DB) error { return seed.Demo(ctx, db, seed.DemoOptions{}) })
		},
	})
	return cmd
}
