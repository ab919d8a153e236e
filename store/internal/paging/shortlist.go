package paging

import (
	"strconv"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// How many lines the short lists beside other things show at a time.
const (
	HistoryShown     = 100 // of a ticket
	NotesShown       = 100 // of a business
	PlanChangesShown = 50
	ChangesShown     = 50  // of an appointment
	BookedShown      = 50  // of a customer's appointments, those ahead and those past
	MessagesShown    = 500 // of a ticket
	SessionsShown    = 100 // of a person
	SignInsShown     = 10  // of a person
)

// ShortList reads one page of a list that stands beside other things; pages count
// from 1. Nobody counts its rows: it tells whether there are older ones.
func ShortList[T any](t db.Scope, page, size int, query string, args ...any) (rows []T, older bool, err error) {
	err = db.List(t, &rows, query+` LIMIT `+strconv.Itoa(size+1)+` OFFSET `+strconv.Itoa((max(1, page)-1)*size), args...)
	if len(rows) > size {
		return rows[:size], true, err
	}
	return rows, false, err
}
