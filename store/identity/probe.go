package identity

import (
	"context"
	"errors"

	"github.com/alexedwards/argon2id"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// What follows is for the store's tests, which lie above its rooms.

// Compared is how many passwords were compared so far.
func Compared(d *db.DB) int64 { return hashing(d).compared.Load() }

// HashAt hashes at another cost.
func HashAt(password string, memory, iterations uint32) (string, error) {
	return argon2id.CreateHash(prepared(password), &argon2id.Params{Memory: memory, Iterations: iterations, Parallelism: 1, SaltLength: 16, KeyLength: 32})
}

// FactorStepOf is the step of somebody whose password was right.
func FactorStepOf(d *db.DB, p db.Person) string {
	var needed *FactorNeeded
	if err := needFactor(context.Background(), d, nil, p); !errors.As(err, &needed) {
		panic(err)
	}
	return needed.Step
}
