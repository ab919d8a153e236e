// Command smoothschedule is the whole program: server, migrations and
// administration in one binary. Run it without arguments for a list.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata"

	"github.com/spf13/cobra"

	"github.com/smoothschedule/smoothschedule/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := root().ExecuteContext(ctx)
	stop()
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "smoothschedule: "+sentence(err))
	if errors.As(err, new(usageError)) || strings.HasPrefix(err.Error(), "unknown command") {
		os.Exit(2)
	}
	os.Exit(1)
}

// sentence is an error in one line. What is about a field is in the user's words
// already, and the database's own would only blur it.
func sentence(err error) string {
	for _, message := range store.FieldErrors(err) {
		return message
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

// usageError is a mistake in the words of the call: exit status 2.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:           "smoothschedule",
		Short:         "Scheduling for many small businesses, each on its own address",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	cmd.CompletionOptions.HiddenDefaultCmd = true
	cmd.AddCommand(devCmd(), serveCmd(), initDBCmd(), migrateCmd(), seedCmd(), userCmd(), businessCmd(), healthCmd(), versionCmd())
	return cmd
}

// noArgs refuses what a command has no use for.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unknown command or argument %q for %q", args[0], cmd.CommandPath())
	}
	return nil
}
