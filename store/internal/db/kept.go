package db

import (
	"reflect"
	"sync"
)

// kept is what parts of the store remember in this process beside the database:
// caches, and places that only a few have at a time. Each kind is there once.
type kept struct{ kinds sync.Map }

// Keep returns the T of this database, made when it is first asked for.
func Keep[T any](db *DB, fresh func() *T) *T {
	kind := reflect.TypeFor[T]()
	if found, ok := db.kept.kinds.Load(kind); ok {
		return found.(*T) //nolint:forcetypeassert // stored below, under its own kind
	}
	found, _ := db.kept.kinds.LoadOrStore(kind, fresh())
	return found.(*T) //nolint:forcetypeassert
}
