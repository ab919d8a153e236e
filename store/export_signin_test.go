package store

import (
	"context"
	"errors"

	"github.com/alexedwards/argon2id"
)

// ComparedForTest is how many passwords were compared so far.
func (db *DB) ComparedForTest() int64 { return db.hashes().compared.Load() }

// HashForTest hashes at another cost.
func HashForTest(password string, memory, iterations uint32) (string, error) {
	return argon2id.CreateHash(prepared(password), &argon2id.Params{Memory: memory, Iterations: iterations, Parallelism: 1, SaltLength: 16, KeyLength: 32})
}

// FactorStepForTest is the step of somebody whose password was right.
func (db *DB) FactorStepForTest(p Person) string {
	var needed *FactorNeeded
	if err := db.needFactor(context.Background(), nil, p); !errors.As(err, &needed) {
		panic(err)
	}
	return needed.Step
}
