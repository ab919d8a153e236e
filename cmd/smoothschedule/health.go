package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/smoothschedule/smoothschedule/cmd/internal/app"
)

const healthTimeout = 2 * time.Second

// healthCmd is what a container asks, which has no other program to ask with.
func healthCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "health",
		Short: "Ask the program that runs on ADDR whether it is ready",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return health(cmd.Context(), os.Getenv("ADDR")) },
	}
}

func health(ctx context.Context, addr string) error {
	if addr == "" {
		addr = app.DefaultAddr
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("ADDR must be host:port, and not %q", addr)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("nothing answers on %s", addr)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the program on %s is not ready", addr)
	}
	return nil
}
