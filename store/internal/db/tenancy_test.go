package db

import (
	"testing"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

type (
	jobOfOne   struct{ BusinessID uuid.UUID }
	jobOfMaybe struct{ BusinessID uuid.NullUUID }
	jobOfAll   struct{}
)

func (jobOfOne) Kind() string   { return "of one" }
func (jobOfMaybe) Kind() string { return "of one or none" }
func (jobOfAll) Kind() string   { return "of all" }

// TestT5_AJobWithoutItsBusinessFails where it is enqueued.
func TestT5_AJobWithoutItsBusinessFails(t *testing.T) {
	own, other := NewID(), NewID()
	some := func(id uuid.UUID) uuid.NullUUID { return uuid.NullUUID{UUID: id, Valid: true} }
	for name, c := range map[string]struct {
		in    Rows
		job   river.JobArgs
		fails bool
	}{
		"own":                         {Rows{Business: own}, jobOfOne{BusinessID: own}, false},
		"own, maybe none":             {Rows{Business: own}, jobOfMaybe{BusinessID: some(own)}, false},
		"another's":                   {Rows{Business: own}, jobOfOne{BusinessID: other}, true},
		"another's, maybe none":       {Rows{Business: own}, jobOfMaybe{BusinessID: some(other)}, true},
		"none":                        {Rows{Business: own}, jobOfOne{}, true},
		"none, maybe none":            {Rows{Business: own}, jobOfMaybe{}, true},
		"the platform's in a tenant":  {Rows{Business: own, Schema: "b"}, jobOfAll{}, true},
		"the platform's":              {Rows{Platform: true}, jobOfAll{}, false},
		"staff's":                     {Rows{Platform: true}, jobOfMaybe{}, false},
		"a business's on the console": {Rows{Platform: true}, jobOfOne{BusinessID: own}, false},
		"none on the console":         {Rows{Platform: true}, jobOfOne{}, true},
		"by reference":                {Rows{Business: own}, &jobOfOne{BusinessID: other}, true},
	} {
		if err := c.in.CheckJob(c.job); (err != nil) != c.fails {
			t.Errorf("%s: %v", name, err)
		}
	}
}
