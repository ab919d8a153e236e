// Package migrations holds the SQL of the database, embedded in the binary:
// public/*.sql (goose) for the shared schema, tenant/*.sql for the schema of
// every business, and tenant_snapshot.sql, which makes at once the schema that
// replaying all tenant files would make.
package migrations

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"
)

//go:embed public/*.sql tenant/*.sql tenant_snapshot.sql
var files embed.FS

// Tenant is one step in the life of a business's schema.
type Tenant struct {
	Version int
	Name    string
	SQL     string
}

// Public returns the goose files of the shared schema.
func Public() fs.FS {
	sub, err := fs.Sub(files, "public")
	if err != nil {
		panic(err)
	}
	return sub
}

// Tenants returns the tenant migrations in order; versions run from 1 without
// gaps, or the program does not start.
func Tenants() []Tenant {
	entries, err := fs.ReadDir(files, "tenant")
	if err != nil {
		panic(err)
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() })
	steps := make([]Tenant, 0, len(entries))
	for i, entry := range entries {
		number, name, _ := strings.Cut(strings.TrimSuffix(entry.Name(), ".sql"), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			panic(fmt.Sprintf("migrations/tenant/%s: want number %04d", entry.Name(), i+1))
		}
		sql, err := files.ReadFile(path.Join("tenant", entry.Name()))
		if err != nil {
			panic(err)
		}
		steps = append(steps, Tenant{Version: version, Name: name, SQL: string(sql)})
	}
	return steps
}

// TenantSnapshot is the SQL of a new tenant schema at the newest version.
func TenantSnapshot() string {
	sql, err := files.ReadFile("tenant_snapshot.sql")
	if err != nil {
		panic(err)
	}
	return string(sql)
}
