package e2e

import (
	"fmt"
	"math"
	"net/http"
	"strings"

	"github.com/anishathalye/porcupine"
)

// What an appointment can be in the model; never booked is no row at all.
const (
	never byte = iota
	pending
	confirmed
	cancelled
)

// deed is what somebody asked of one resource's calendar.
type deed struct {
	kind string // book, move, cancel, confirm, free, look, all
	lane int    // which calendar
	id   int    // which appointment of it
	slot int    // where to
}

// outcome is what was answered. A status of 0 is no answer: the deed happened, or
// it did not.
type outcome struct {
	status int
	seen   string // of the kinds that look: what they saw
}

// calendar is a state of the model: two bytes for each appointment, slot and status.
type cal string

func (c cal) of(id int) (slot int, status byte) {
	if 2*id+1 >= len(c) {
		return 0, never
	}
	return int(c[2*id]), c[2*id+1]
}

func (c cal) with(id, slot int, status byte) cal {
	b := []byte(c)
	for len(b) < 2*id+2 {
		b = append(b, 0, never)
	}
	b[2*id], b[2*id+1] = byte(slot), status
	return cal(b)
}

// taken says whether an appointment other than one holds a slot.
func (c cal) taken(slot, but int) bool {
	for id := range len(c) / 2 {
		if at, status := c.of(id); id != but && at == slot && (status == pending || status == confirmed) {
			return true
		}
	}
	return false
}

// free is what an availability answer lists.
func (c cal) free() string {
	var list []string
	for slot := range slotsOfDay {
		if !c.taken(slot, -1) {
			list = append(list, wall(slot))
		}
	}
	return strings.Join(list, " ")
}

const slotsOfDay = 5

func wall(slot int) string { return fmt.Sprintf("%02d:00", 9+slot) }

// look is what the appointment's file says.
func (c cal) look(id int) string {
	slot, status := c.of(id)
	if status == never {
		return ""
	}
	return wall(slot) + " " + []string{"", "TENTATIVE", "CONFIRMED", "CANCELLED"}[status]
}

// next is what a deed must answer in a state, and the state after it.
func (c cal) next(d deed) (status int, after cal) {
	slot, is := c.of(d.id)
	holds := is == pending || is == confirmed
	switch d.kind {
	case "book":
		switch {
		case is != never: // the same form again
			return http.StatusSeeOther, c
		case c.taken(d.slot, -1):
			return http.StatusConflict, c
		}
		return http.StatusSeeOther, c.with(d.id, d.slot, pending)
	case "move", "cancel", "confirm":
		if is == never {
			return http.StatusNotFound, c
		}
	}
	switch d.kind {
	case "move":
		switch {
		case holds && slot == d.slot:
			return http.StatusSeeOther, c
		case !holds || c.taken(d.slot, d.id):
			return http.StatusConflict, c
		}
		return http.StatusSeeOther, c.with(d.id, d.slot, pending) // the business is asked again
	case "cancel":
		return http.StatusSeeOther, c.with(d.id, slot, cancelled)
	case "confirm":
		if !holds && c.taken(slot, d.id) {
			return http.StatusConflict, c
		}
		return http.StatusSeeOther, c.with(d.id, slot, confirmed)
	}
	return http.StatusOK, c
}

// step is whether an answer is possible in a state.
func step(state, input, output any) (bool, any) {
	c, d, o := state.(cal), input.(deed), output.(outcome)
	switch d.kind {
	case "free":
		return o.seen == c.free(), c
	case "look":
		return o.seen == c.look(d.id), c
	case "all":
		return o.seen == string(c), c
	}
	status, after := c.next(d)
	// Without an answer it may have done what it could, or nothing: it never
	// returns, so that the checker may put it behind everything else.
	return o.status == 0 || o.status == status, after
}

// bookingModel is one calendar; each is checked alone.
var bookingModel = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		var lanes [][]porcupine.Operation
		for _, op := range history {
			lane := op.Input.(deed).lane
			for len(lanes) <= lane {
				lanes = append(lanes, nil)
			}
			lanes[lane] = append(lanes[lane], op)
		}
		return lanes
	},
	Init: func() any { return cal("") },
	Step: step,
	DescribeOperation: func(input, output any) string {
		return fmt.Sprintf("%+v -> %+v", input, output)
	},
	DescribeState: func(state any) string { return fmt.Sprintf("%x", string(state.(cal))) },
}

// unanswered is when a deed without an answer returns.
const unanswered = math.MaxInt64
