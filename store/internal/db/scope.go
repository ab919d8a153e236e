package db

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/riverqueue/river"
)

// Rows says whose rows a transaction sees. The zero value sees none.
type Rows struct {
	Platform bool      // every row of the public schema
	Business uuid.UUID // the public rows of this business …
	Schema   string    // … and the tables of its schema
	ReadOnly bool
	Timeout  string    // statement_timeout; empty means defaultTimeout
	clock    time.Time // of tests: what the database's triggers take for now
}

// defaultTimeout bounds a statement on the server, so that no context with a
// deadline is needed (each costs a goroutine per statement, and a cancelled one
// costs the connection).
const defaultTimeout = "15s"

type scopeKey struct{}

func withScope(ctx context.Context, s Rows) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

func scopeFrom(ctx context.Context) Rows {
	s, _ := ctx.Value(scopeKey{}).(Rows)
	return s
}

func (s Rows) isPublic() bool { return s.Schema == "" }

// covers says whether a transaction of this scope may serve another that wants
// the same rows, or of a business the shared ones alone.
func (s Rows) covers(want Rows) bool {
	if want.Schema == "" {
		s.Schema = ""
	}
	return s == want
}

// prelude is what follows BEGIN. Values come from the register and from UUIDs;
// they are quoted all the same.
func (s Rows) prelude() string {
	var b strings.Builder
	timeout := s.Timeout
	if timeout == "" {
		timeout = defaultTimeout
	}
	b.WriteString("; SET LOCAL statement_timeout = '" + timeout + "'")
	if s.Platform {
		b.WriteString("; SET LOCAL app.scope = 'platform'")
	}
	if s.Business != uuid.Nil {
		b.WriteString("; SET LOCAL app.business = '" + s.Business.String() + "'")
	}
	if s.Schema != "" {
		b.WriteString("; SET LOCAL search_path = " + pq.QuoteIdentifier(s.Schema))
	}
	if !s.clock.IsZero() {
		b.WriteString("; SET LOCAL app.now = '" + s.clock.UTC().Format(time.RFC3339Nano) + "'")
	}
	return b.String()
}

// CheckJob refuses a job that could do its work in another business than the one
// that caused it, or in none.
func (s Rows) CheckJob(args river.JobArgs) error {
	named := uuid.Nil
	if field := reflect.Indirect(reflect.ValueOf(args)).FieldByName("BusinessID"); field.IsValid() {
		switch id := field.Interface().(type) {
		case uuid.NullUUID: // of staff there is none
			named = id.UUID
		case uuid.UUID:
			if named = id; id == uuid.Nil {
				return fmt.Errorf("store: the job %s names no business", args.Kind())
			}
		}
	}
	if s.Business != uuid.Nil && named != s.Business {
		return fmt.Errorf("store: the job %s is for %s and was caused in %s", args.Kind(), named, s.Business)
	}
	return nil
}
