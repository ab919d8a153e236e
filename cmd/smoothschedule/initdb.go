package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/lib/pq"
	"github.com/spf13/cobra"

	"github.com/smoothschedule/smoothschedule/store/schema"
)

func initDBCmd() *cobra.Command {
	var database, admin string
	cmd := &cobra.Command{
		Use:   "init-db",
		Short: "Print, or with --admin-url run, the SQL that makes the three database logins",
		Long: `Print the SQL that an administrator runs once: three logins with new random
passwords, and what each may do in the database. With --admin-url - the
administrator's address is read from standard input, the database is made where
it is not there yet, the SQL is run in it, and the three addresses for the
environment are printed.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			passwords := map[string]string{}
			password := func(login string) string {
				if passwords[login] == "" {
					passwords[login] = randomPassword()
				}
				return passwords[login]
			}
			statements := schema.InitSQL(database, password)
			out := cmd.OutOrStdout()
			if admin == "" {
				fmt.Fprintf(out, "-- As a superuser; the second part inside the database %[1]s.\n%[2]s;\n\\connect %[1]s\n%[3]s", database, schema.CreateDatabaseSQL(database), statements)
				return nil
			}
			if admin != "-" {
				return usagef("--admin-url takes - alone: an address on the command line would show its password to everybody on this machine")
			}
			line, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
			address := strings.TrimSpace(line)
			if address == "" {
				return fmt.Errorf("no address came in on standard input: %w", err)
			}
			if err := runInit(cmd, address, database, statements); err != nil {
				return err
			}
			fmt.Fprintf(out, "# For the environment; the part behind @ is that of the address given.\n")
			for _, v := range []struct{ name, login string }{
				{"DATABASE_URL", schema.WebLogin}, {"DATABASE_READONLY_URL", schema.ReadOnlyLogin}, {"DATABASE_DIRECT_URL", schema.OwnerLogin}} {
				fmt.Fprintf(out, "%s=postgres://%s:%s@%s\n", v.name, v.login, password(v.login), afterAt(address))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&database, "database", "smoothschedule", "name of the database")
	cmd.Flags().StringVar(&admin, "admin-url", "", "- to read a superuser's address of the database from standard input")
	return cmd
}

// runInit makes the database, where it is not there yet, and the logins in it.
func runInit(cmd *cobra.Command, address, database, statements string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return fmt.Errorf("the administrator's address is not valid: it looks like postgres://admin:password@host/%s", database)
	}
	if named := strings.TrimPrefix(u.Path, "/"); named != database {
		return fmt.Errorf("the administrator's address names the database %q and not %q, where the logins get their rights (--database names another one)", named, database)
	}
	err = execOn(cmd.Context(), address, statements)
	if failed := new(pq.Error); errors.As(err, &failed) && failed.Code == "3D000" {
		u.Path = "/postgres"
		if err := execOn(cmd.Context(), u.String(), schema.CreateDatabaseSQL(database)); err != nil {
			return fmt.Errorf("make the database %s: %w", database, err)
		}
		err = execOn(cmd.Context(), address, statements)
	}
	if err != nil {
		return fmt.Errorf("make the logins: %w", err)
	}
	return nil
}

func execOn(ctx context.Context, address, statements string) error {
	db, err := sql.Open("postgres", address)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statements)
	return err
}

func afterAt(address string) string {
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		return address[at+1:]
	}
	return strings.TrimPrefix(address, "postgres://")
}

func randomPassword() string {
	var b [20]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
