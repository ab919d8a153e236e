package settings

import (
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// Signature is how words are signed that support wrote in somebody's place.
func Signature(t db.Scope, actor, as string) (string, error) {
	s, err := Read(t)
	return actor + " of " + s.PlatformName + ", as " + as, err
}
