package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/smoothschedule/smoothschedule/cmd/internal/app"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func userCmd() *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "Administer people", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var role, email, name, business string
	create := &cobra.Command{
		Use:   "create --role ROLE --email EMAIL",
		Short: "Make a login; the password comes from standard input, or an invitation link is printed",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in := identity.NewPerson{Role: access.Role(strings.ToUpper(role)), Email: store.CanonicalEmail(email), Name: strings.TrimSpace(name)}
			if !slices.Contains(access.Roles(), in.Role) {
				return usagef("--role must be one of %v", access.Roles())
			}
			errs := map[string]string{}
			if web.CheckEmail(errs, "email", in.Email); len(errs) > 0 {
				return usagef("--email is not an e-mail address")
			}
			if in.Role.IsPlatform() == (business != "") {
				return usagef("--business goes with the roles of businesses, and with those always")
			}
			if in.Name == "" {
				in.Name, _, _ = strings.Cut(in.Email, "@")
			}
			password, err := readPassword(cmd.InOrStdin(), in.Email, in.Name)
			if err != nil {
				return err
			}
			in.Password = password
			return withStore(cmd, func(ctx context.Context, db *store.DB) error {
				return createUser(ctx, cmd.OutOrStdout(), db, in, business)
			})
		},
	}
	create.Flags().StringVar(&role, "role", "", "one of the eight roles, like SUPERUSER")
	create.Flags().StringVar(&email, "email", "", "address to log in with")
	create.Flags().StringVar(&name, "name", "", "name as others see it")
	create.Flags().StringVar(&business, "business", "", "subdomain of the business, for the roles of businesses")
	cmd.AddCommand(create)
	return cmd
}

// readPassword takes the first line of a pipe; a terminal is not asked, so that
// the command never waits unseen.
func readPassword(in io.Reader, around ...string) (string, error) {
	if f, ok := in.(*os.File); ok {
		if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice != 0 {
			return "", nil
		}
	}
	line, _ := bufio.NewReader(in).ReadString('\n')
	password := strings.TrimRight(line, "\r\n")
	if password == "" {
		return "", nil
	}
	return password, identity.CheckPassword(password, around...)
}

func createUser(ctx context.Context, out io.Writer, db *store.DB, in identity.NewPerson, subdomain string) error {
	path, where := urls.Invitation, func(p string) string { return p }
	cfg, err := app.ReadConfig(true, os.Getenv)
	if err != nil {
		return err
	}
	sites := web.Sites{Scheme: cfg.Scheme, Bases: cfg.Bases, Port: cfg.Port}
	where = sites.Platform
	if subdomain != "" {
		tenant, err := db.TenantBySubdomain(ctx, subdomain)
		if err != nil {
			return fmt.Errorf("there is no business %q", subdomain)
		}
		in.Business = uuid.NullUUID{UUID: tenant.ID, Valid: true}
		where = func(p string) string { return sites.Business(tenant.Subdomain, p) }
	}
	var link string
	in.Unmailed = true
	err = db.InPublic(ctx, func(q *store.PublicTx) error {
		p, err := people.CreatePerson(q, in)
		if err != nil || in.Password != "" {
			return err
		}
		token, _, err := identity.NewLink(q, p.ID, identity.Invitation)
		link = where(path(token))
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Created %s as %s.\n", in.Email, in.Role)
	if link != "" {
		fmt.Fprintf(out, "Invitation, good for 7 days: %s\n", link)
	}
	return nil
}
