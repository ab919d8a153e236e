package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// garage is a business with two people, a lift, and an oil change that takes one
// person and the lift.
type garage struct {
	t              testing.TB
	db             *store.DB
	tenant         store.Tenant
	schema         string
	ann, ben, lift uuid.UUID
	oil            uuid.UUID
}

// in runs fn in the business's scope and fails on an error.
func (g *garage) in(fn func(*store.TenantTx) error) {
	g.t.Helper()
	if err := g.try(fn); err != nil {
		g.t.Fatal(err)
	}
}

func (g *garage) try(fn func(*store.TenantTx) error) error {
	return g.db.InTenant(context.Background(), g.tenant, fn)
}

func (g *garage) exec(query string, args ...any) {
	g.t.Helper()
	if _, err := schema.Direct(g.db).Exec(strings.ReplaceAll(query, "SCHEMA", g.schema), args...); err != nil {
		g.t.Fatal(err)
	}
}

// everyDay is open from 9 to 11.
func everyDay() (w catalog.Week) {
	for i := range w {
		w[i] = []catalog.Hours{{From: 9 * 60, To: 11 * 60}}
	}
	return w
}

func newGarage(t testing.TB, db *store.DB, subdomain string) *garage {
	t.Helper()
	g := &garage{t: t, db: db}
	_, g.tenant = newBusiness(t, db, subdomain)
	if err := schema.Direct(db).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, g.tenant.ID).Scan(&g.schema); err != nil {
		t.Fatal(err)
	}
	g.in(func(q *store.TenantTx) (err error) {
		for _, r := range []struct {
			name, kind string
			id         *uuid.UUID
		}{{"Ann", "STAFF", &g.ann}, {"Ben", "STAFF", &g.ben}, {"Lift", "EQUIPMENT", &g.lift}} {
			if *r.id, err = catalog.CreateResource(q, catalog.Resource{Name: r.name, Kind: r.kind, IsActive: true}, nil); err != nil {
				return err
			}
		}
		if err := catalog.SetWeek(q, uuid.NullUUID{}, everyDay()); err != nil {
			return err
		}
		g.oil, err = catalog.CreateService(q, catalog.Service{Name: "Oil change", DurationMinutes: 60, PriceCents: 6900, IsActive: true,
			Sets: [][]uuid.UUID{{g.ann, g.ben}, {g.lift}}})
		return err
	})
	return g
}

// free lists the starts of a day, by wall time.
func (g *garage) free(day availability.Date) string {
	g.t.Helper()
	var texts []string
	g.in(func(q *store.TenantTx) error {
		whole := day.Day(g.tenant.Location())
		slots, err := calendar.FreeSlots(q, g.oil, whole.Start, whole.End)
		for _, s := range slots {
			texts = append(texts, s.Start.Format("15:04"))
		}
		return err
	})
	return strings.Join(texts, " ")
}

func valid(id uuid.UUID) uuid.NullUUID { return uuid.NullUUID{UUID: id, Valid: true} }

// TestFreeSlots: everything that is stored counts.
func TestFreeSlots(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	now := time.Now().In(g.tenant.Location())
	day := availability.DateOf(now) + 7
	at := func(hour, minutes int) time.Time { return day.At(hour*60+minutes, g.tenant.Location()) }
	const all = "09:00 09:15 09:30 09:45 10:00"
	check := func(what, want string) {
		t.Helper()
		if got := g.free(day); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	check("plain", all)
	g.exec(`INSERT INTO SCHEMA.customers (id, name, created_at) VALUES ($1, 'Carla', now())`, g.ann)
	g.exec(`INSERT INTO SCHEMA.appointments VALUES ($1, $1, $2, 'confirmed', $3, $4, 0, now(), now())`, g.ann, g.oil, at(9, 0), at(9, 30))
	g.exec(`INSERT INTO SCHEMA.appointment_resources VALUES ($1, $2, tstzrange($3, $4), true)`, g.ann, g.lift, at(9, 0), at(9, 30))
	check("the lift is taken", "09:30 09:45 10:00")
	g.exec(`UPDATE SCHEMA.appointment_resources SET holds = false`)
	check("the appointment was cancelled", all)
	g.exec(`INSERT INTO SCHEMA.blockers VALUES ($1, $1, $2, $3)`, g.ann, at(10, 15), at(10, 30))
	check("Ann is blocked, Ben isn't", all)
	g.exec(`UPDATE SCHEMA.blockers SET resource_id = NULL`)
	check("all are blocked", "09:00 09:15")
	g.exec(`DELETE FROM SCHEMA.blockers`)
	var off catalog.Override
	g.in(func(q *store.TenantTx) error {
		off = catalog.Override{First: day - 1, Last: day + 1, Reason: "Holidays", Resource: valid(g.ann)}
		if err := catalog.AddOverride(q, off); err != nil {
			return err
		}
		off.Resource.UUID = g.ben
		return catalog.AddOverride(q, off)
	})
	check("both have time off", "")
	g.in(func(q *store.TenantTx) error {
		list, err := catalog.Overrides(q, valid(g.ben), day)
		if err != nil || len(list) != 1 || list[0].First != day-1 || list[0].Last != day+1 || list[0].Reason != "Holidays" {
			t.Fatalf("%+v %v", list, err)
		}
		if _, err := catalog.DeleteOverride(q, uuid.NullUUID{}, list[0].ID); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("time off deleted as a closed day: %v", err)
		}
		_, err = catalog.DeleteOverride(q, valid(g.ben), list[0].ID)
		return err
	})
	check("Ben is back", all)
	g.in(func(q *store.TenantTx) error {
		return catalog.AddOverride(q, catalog.Override{First: day, Last: day, Open: &catalog.Hours{From: 600, To: 720}})
	})
	check("another opening", "10:00 10:15 10:30 10:45 11:00")
	g.in(func(q *store.TenantTx) error {
		var w catalog.Week
		w[day.Weekday()] = []catalog.Hours{{From: 540, To: 660}, {From: 1380, To: 1440}}
		return catalog.SetWeek(q, valid(g.ben), w)
	})
	check("Ben's own hours within the opening", "10:00")
	g.in(func(q *store.TenantTx) error {
		w, own, err := catalog.WeekOf(q, valid(g.ben))
		if err == nil && (!own || len(w[day.Weekday()]) != 2 || w[day.Weekday()][1].To != 1440) {
			t.Errorf("Ben's week: %v", w)
		}
		return err
	})
	g.exec(`DELETE FROM SCHEMA.overrides; DELETE FROM SCHEMA.hours WHERE resource_id IS NOT NULL`)
	g.in(func(q *store.TenantTx) error {
		return booking.SavePolicies(q, catalog.Policies{NoticeMinutes: 0, HorizonDays: 6, StepMinutes: 30, ApprovalHours: 24, BookingOpen: true})
	})
	check("beyond the horizon", "")
	g.in(func(q *store.TenantTx) error {
		s, err := catalog.ReadService(q, g.oil)
		if err != nil {
			return err
		}
		days := 7
		s.HorizonDays, s.BufferAfterMinutes = &days, 30
		return booking.UpdateService(q, s)
	})
	check("a horizon of its own, buffer and step", "09:00 09:30")
	g.in(func(q *store.TenantTx) error {
		r, err := catalog.ReadResource(q, g.lift)
		if err != nil {
			return err
		}
		r.IsActive = false
		return catalog.UpdateResource(q, r, []uuid.UUID{g.oil})
	})
	check("no lift", "")
	g.exec(`UPDATE SCHEMA.services SET is_hidden = true`)
	whole := day.Day(g.tenant.Location())
	if err := g.try(func(q *store.TenantTx) error {
		_, err := calendar.FreeSlots(q, g.oil, whole.Start, whole.End)
		return err
	}); store.KindOf(err) != store.NotFound {
		t.Errorf("a hidden service: %v", err)
	}
}

// TestSchedulingStaysInTheBusiness: another business's ids are not found, and
// don't come in by the side door of a set.
func TestSchedulingStaysInTheBusiness(t *testing.T) {
	db := storetest.DB(t)
	a, b := newGarage(t, db, "alpha"), newGarage(t, db, "beta")
	for what, fn := range map[string]func(*store.TenantTx) error{
		"read a service": func(q *store.TenantTx) error { _, err := catalog.ReadService(q, a.oil); return err },
		"change a service": func(q *store.TenantTx) error {
			return booking.UpdateService(q, catalog.Service{ID: a.oil, Name: "x", DurationMinutes: 5})
		},
		"delete a service": func(q *store.TenantTx) error { _, err := catalog.DeleteService(q, a.oil); return err },
		"move a service":   func(q *store.TenantTx) error { return catalog.MoveService(q, a.oil, true) },
		"read a resource":  func(q *store.TenantTx) error { _, err := catalog.ReadResource(q, a.ann); return err },
		"change a resource": func(q *store.TenantTx) error {
			return catalog.UpdateResource(q, catalog.Resource{ID: a.ann, Name: "x"}, nil)
		},
		"delete a resource": func(q *store.TenantTx) error { _, err := catalog.DeleteResource(q, a.ann); return err },
		"hours":             func(q *store.TenantTx) error { return catalog.SetWeek(q, valid(a.ann), everyDay()) },
		"time off":          func(q *store.TenantTx) error { return catalog.AddOverride(q, catalog.Override{Resource: valid(a.ann)}) },
		"see the free times": func(q *store.TenantTx) error {
			_, err := calendar.FreeSlots(q, a.oil, time.Now(), time.Now().Add(time.Hour))
			return err
		},
	} {
		if err := b.try(fn); store.KindOf(err) != store.NotFound {
			t.Errorf("%s: %v, want not found", what, err)
		}
	}
	var before [][]uuid.UUID
	err := b.try(func(q *store.TenantTx) error {
		s, err := catalog.ReadService(q, b.oil)
		if err != nil {
			return err
		}
		before, s.Sets = s.Sets, [][]uuid.UUID{{a.ann, b.ann}}
		return booking.UpdateService(q, s)
	})
	if store.FieldErrors(err)["sets"] == "" {
		t.Errorf("a set with somebody of another business: %v", err)
	}
	b.in(func(q *store.TenantTx) error {
		s, err := catalog.ReadService(q, b.oil)
		if !reflect.DeepEqual(s.Sets, before) {
			t.Errorf("sets: %v, were %v", s.Sets, before)
		}
		return err
	})
	// A login of another business can't be linked.
	var stranger uuid.UUID
	if err := schema.Direct(db).QueryRow(`SELECT id FROM users WHERE business_id = $1`, a.tenant.ID).Scan(&stranger); err != nil {
		t.Fatal(err)
	}
	err = b.try(func(q *store.TenantTx) error {
		_, err := catalog.CreateResource(q, catalog.Resource{Name: "Spy", Kind: "STAFF", UserID: valid(stranger)}, nil)
		return err
	})
	if store.FieldErrors(err)["user_id"] == "" {
		t.Errorf("linked a stranger: %v", err)
	}
}

// TestOrderAndDeletion: places are exchanged, and what is booked can't go.
func TestOrderAndDeletion(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	order := func() (text string) {
		g.in(func(q *store.TenantTx) error {
			rows, info, err := catalog.Resources(q, catalog.ResourceFilter{Page: store.Page{Number: 1}})
			for _, r := range rows {
				text += fmt.Sprintf("%s %d ", r.Name, r.Services)
			}
			if info.Total != len(rows) {
				t.Errorf("total %d of %d", info.Total, len(rows))
			}
			return err
		})
		return text
	}
	if got := order(); got != "Ann 1 Ben 1 Lift 1 " {
		t.Errorf("at first: %s", got)
	}
	g.in(func(q *store.TenantTx) error { return catalog.MoveResource(q, g.lift, true) })
	g.in(func(q *store.TenantTx) error { return catalog.MoveResource(q, g.ann, true) }) // is first already
	if got := order(); got != "Ann 1 Lift 1 Ben 1 " {
		t.Errorf("after the move: %s", got)
	}
	g.exec(`INSERT INTO SCHEMA.customers (id, name, created_at) VALUES ($1, 'Carla', now())`, g.ann)
	g.exec(`INSERT INTO SCHEMA.appointments VALUES ($1, $1, $2, 'completed', now(), now() + interval '1 hour', 0, now(), now())`, g.ann, g.oil)
	g.exec(`INSERT INTO SCHEMA.appointment_resources VALUES ($1, $2, tstzrange(now(), now() + interval '1 hour'), false)`, g.ann, g.ann)
	for what, fn := range map[string]func(*store.TenantTx) (string, error){
		"service":  func(q *store.TenantTx) (string, error) { return catalog.DeleteService(q, g.oil) },
		"resource": func(q *store.TenantTx) (string, error) { return catalog.DeleteResource(q, g.ann) },
	} {
		if err := g.try(func(q *store.TenantTx) error { _, err := fn(q); return err }); store.KindOf(err) != store.Conflict {
			t.Errorf("delete a booked %s: %v", what, err)
		}
	}
	g.in(func(q *store.TenantTx) error { _, err := catalog.DeleteResource(q, g.ben); return err })
	if got := order(); got != "Ann 1 Lift 1 " {
		t.Errorf("after the deletion: %s", got)
	}
	g.in(func(q *store.TenantTx) error {
		s, err := catalog.ReadService(q, g.oil)
		if err != nil {
			return err
		}
		s.PriceCents, s.Sets = 7500, [][]uuid.UUID{{g.ann}}
		return booking.UpdateService(q, s)
	})
	var changed string
	err := schema.Direct(g.db).QueryRow(`SELECT details FROM audit_log WHERE action = 'service.changed'`).Scan(&changed)
	if want := `{"after": {"sets": "Ann", "price_cents": 7500}, "before": {"sets": "Ann; Lift", "price_cents": 6900}}`; err != nil || changed != want {
		t.Errorf("%s %v, want %s", changed, err, want)
	}
	var audited int
	if err := schema.Direct(g.db).QueryRow(`SELECT count(*) FROM audit_log WHERE action IN ('resource.moved', 'resource.deleted')`).Scan(&audited); err != nil || audited != 2 {
		t.Errorf("%d in the audit log, %v", audited, err)
	}
}

// TestMigrateASchemaFullOfRows: what stood before scheduling keeps its meaning.
func TestMigrateASchemaFullOfRows(t *testing.T) {
	db := storetest.DB(t)
	addOldSchemas(t, db, 1, 3)
	const inSchema = "b_00000000000000abc000"
	_, err := schema.Direct(db).Exec(strings.ReplaceAll(`
		INSERT INTO SCHEMA.services (id, name, duration_minutes, price_cents, created_at) VALUES ('00000000-0000-0000-0000-000000000001', 'Wash', 30, 100, now());
		INSERT INTO SCHEMA.resources (id, kind, name, created_at)
			SELECT CAST('00000000-0000-0000-0000-00000000000' || n AS uuid), k, k, now() FROM unnest(ARRAY['STAFF', 'ROOM', 'EQUIPMENT']) WITH ORDINALITY AS x (k, n);
		INSERT INTO SCHEMA.service_resources SELECT s.id, r.id FROM SCHEMA.services s, SCHEMA.resources r;
		INSERT INTO SCHEMA.overrides (id, day) VALUES ('00000000-0000-0000-0000-000000000001', '2026-12-24')`, "SCHEMA", inSchema))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Migrate(context.Background(), db, nil); err != nil {
		t.Fatal(err)
	}
	var sets, days int
	err = schema.Direct(db).QueryRow(strings.ReplaceAll(`SELECT (SELECT count(DISTINCT set_number) FROM SCHEMA.service_resources),
		(SELECT count(*) FROM SCHEMA.overrides WHERE last_day = day) + (SELECT count(*) FROM SCHEMA.services WHERE is_active)`, "SCHEMA", inSchema)).Scan(&sets, &days)
	if err != nil || sets != 3 || days != 2 {
		t.Errorf("%d sets, %d, %v", sets, days, err)
	}
}
