package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// TestB2_Linearizable: whatever broke, people who booked, moved, cancelled and
// confirmed over HTTP were answered as if one calendar had done all that, one
// thing after the other. What got no answer happened once or not at all.
func TestB2_Linearizable(t *testing.T) {
	s := stormy(t)
	answers := map[string]int{}
	for _, op := range s.history {
		answers[fmt.Sprint(op.Input.(deed).kind, " ", op.Output.(outcome).status)]++
	}
	t.Logf("seed %d, %d operations: %v", s.seed, len(s.history), answers)
	unknown := 0
	for _, kind := range []string{"book", "move", "cancel", "confirm"} {
		unknown += answers[kind+" 0"]
		if answers[kind+" 303"] < 10 {
			t.Errorf("only %d times somebody could %s", answers[kind+" 303"], kind)
		}
	}
	if unknown == 0 || answers["book 409"] == 0 || answers["move 409"] == 0 {
		t.Errorf("no storm: %d without an answer", unknown)
	}
	result, info := porcupine.CheckOperationsVerbose(bookingModel, s.history, time.Minute)
	if result == porcupine.Ok {
		return
	}
	picture := filepath.Join(os.TempDir(), fmt.Sprintf("smoothschedule-history-%d.html", s.seed))
	t.Errorf("%s with seed %d; %s shows the history (%v)", result, s.seed, picture, porcupine.VisualizePath(bookingModel, info, picture))
}

// TestB4_ChangeAndAuditTogether: every change that was acknowledged is there with
// its line in the audit log, and the lines tell exactly what each appointment is
// now: none without its change, no change without its line.
func TestB4_ChangeAndAuditTogether(t *testing.T) {
	s := stormy(t)
	rows, err := s.d.admin.Query(`SELECT object_id, action, details FROM public.audit_log WHERE object_type = 'appointment' ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	type told struct {
		booked        int
		start, status string
		starts        map[string]bool // each time that it was at
		statuses      map[string]bool
	}
	log := map[string]*told{}
	for rows.Next() {
		var id, action, text string
		var details struct {
			Before, After map[string]string
		}
		if err := rows.Scan(&id, &action, &text); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(text), &details); err != nil {
			t.Fatal(err)
		}
		a := log[id]
		if a == nil {
			a = &told{starts: map[string]bool{}, statuses: map[string]bool{}}
			log[id] = a
		}
		if action == "appointment.booked" {
			a.booked++
		}
		for name, is := range map[string]*string{"start": &a.start, "status": &a.status} {
			if was, ok := details.Before[name]; ok && was != *is {
				t.Errorf("%s %s: %s was %q by its line, and %q by the lines before", id, action, name, was, *is)
			}
			if now, ok := details.After[name]; ok {
				*is = now
			}
		}
		a.starts[a.start], a.statuses[a.status] = true, true
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	there := 0
	for lane := range s.lanes[:contested] {
		c := s.stored(lane)
		for id, form := range s.lanes[lane].forms {
			slot, status := c.of(id)
			a := log[form.ID.String()]
			if status == never {
				if a != nil {
					t.Errorf("lane %d, %d: in the audit log alone", lane, id)
				}
				continue
			}
			there++
			if a == nil || a.booked != 1 || a.start != s.at(slot) || a.status != []string{"", "pending", "confirmed", "cancelled"}[status] {
				t.Errorf("lane %d, %d: at %s, status %d; its lines say %+v", lane, id, s.at(slot), status, a)
			}
		}
	}
	acknowledged := 0
	for _, op := range s.history {
		d, o := op.Input.(deed), op.Output.(outcome)
		if o.status != http.StatusSeeOther {
			continue
		}
		acknowledged++
		a := log[s.lanes[d.lane].forms[d.id].ID.String()]
		kept := a != nil
		switch {
		case !kept:
		case d.kind == "move":
			kept = a.starts[s.at(d.slot)]
		case d.kind == "cancel":
			kept = a.statuses["cancelled"]
		case d.kind == "confirm":
			kept = a.statuses["confirmed"]
		}
		if !kept {
			t.Errorf("%+v was acknowledged and is not in the audit log: %+v (seed %d)", d, a, s.seed)
		}
	}
	for i, form := range s.plain {
		if s.d.number(t, `SELECT count(*) FROM `+s.schema+`.appointments WHERE id = $1`, form.ID) != 1 || log[form.ID.String()] == nil {
			t.Errorf("booking %d of %d was acknowledged and is gone (seed %d)", i, len(s.plain), s.seed)
		}
	}
	t.Logf("%d acknowledged changes of %d appointments, and %d more bookings", acknowledged, there, len(s.plain))
	if all := s.d.number(t, `SELECT count(*) FROM `+s.schema+`.appointments`); there < 20 || len(s.plain) < 20 || len(log) != all {
		t.Errorf("%d appointments, %d in the audit log", all, len(log))
	}
}

// at is a slot's start as the audit log writes it.
func (s *storm) at(slot int) string {
	return s.day.Add(time.Duration(9+slot) * time.Hour).Format(time.RFC3339)
}
