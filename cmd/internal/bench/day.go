package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/seed"
)

// dayGoal is how much more a day may cost among 50,000 appointments than among 500.
const dayGoal = 1.5

// day is the first part of P4: the schedule, the list and the requests of a day of
// a business with few appointments and of one with many, in turn.
func (b *bench) day(ctx context.Context) (err error) {
	db, err := store.Open(b.data.config(small.name()))
	if err != nil {
		return err
	}
	defer db.Close()
	admin, err := b.data.admin(small.name())
	if err != nil {
		return err
	}
	defer admin.Close()
	var schemas []string
	defer func() {
		err = errors.Join(err, b.removeMeasured(ctx, small.name(), "bench-day-%"))
		for _, schema := range schemas { // nobody else must get what is full
			_, dropped := admin.ExecContext(ctx, `DELETE FROM tenant_schemas WHERE schema_name = '`+schema+`'; DROP SCHEMA `+schema+` CASCADE`)
			err = errors.Join(err, dropped)
		}
	}()
	sizes := []int{500, 50_000}
	tenants := make([]store.Tenant, len(sizes))
	for i, n := range sizes {
		name := fmt.Sprintf("bench-day-%d", n)
		if _, err := console.CreateBusiness(ctx, db, console.NewBusiness{Name: name, Subdomain: name, Plan: "enterprise", TimeZone: "UTC", OwnerName: "Olive Owner", OwnerEmail: "owner@" + name + ".test"}); err != nil {
			return err
		}
		if tenants[i], err = db.TenantBySubdomain(ctx, name); err != nil {
			return err
		}
		var schema string
		if err := admin.QueryRowContext(ctx, `SELECT schema_name FROM businesses WHERE id = $1`, tenants[i].ID).Scan(&schema); err != nil {
			return err
		}
		schemas = append(schemas, schema)
		if err := seed.FillDay(ctx, admin, schema, n); err != nil {
			return err
		}
	}
	today := time.Now().UTC().Truncate(24 * time.Hour)
	took := make([][]time.Duration, len(sizes))
	for range 200 {
		for i, tenant := range tenants {
			began := time.Now()
			err := db.InTenant(ctx, tenant, func(q *store.TenantTx) error {
				_, err := seed.ReadDay(q, today)
				return err
			})
			if err != nil {
				return err
			}
			took[i] = append(took[i], time.Since(began))
		}
	}
	few, many := medianTime(took[0]), medianTime(took[1])
	b.title("A day of a business: schedule, list and requests")
	b.line("%.2f ms among %d appointments, %.2f ms among %d: %.2f x, the goal is %.1f", ms(few), sizes[0], ms(many), sizes[1], float64(many)/float64(few), dayGoal)
	return nil
}
