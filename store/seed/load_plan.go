package seed

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// order is one business to make.
type order struct{ number, appointments int }

// loadSubdomain is the same for a number in every run: that is how a run knows
// what earlier ones have made.
func loadSubdomain(number int) (subdomain, trade string) {
	s := newSource(loadSeed+1, uint64(number))
	trade = pick(s, tradeNames)
	return fmt.Sprintf("%s-%s-%05d", pick(s, slugs), trade, number), trade
}

func loadNumber(subdomain string) (int, bool) {
	number, err := strconv.Atoi(subdomain[strings.LastIndexByte(subdomain, '-')+1:])
	if err != nil {
		return 0, false
	}
	want, _ := loadSubdomain(number)
	return number, want == subdomain
}

// share spreads appointments over businesses: a few are busy, many have some.
func share(numbers []int, appointments int) []order {
	orders := make([]order, len(numbers))
	sum := 0.0
	weights := make([]float64, len(numbers))
	for i, n := range numbers {
		u := newSource(loadSeed+2, uint64(n)).Float64()
		weights[i] = math.Min(150, math.Pow(1-u, -0.8))
		sum += weights[i]
	}
	given, upTo := 0, 0.0
	for i, n := range numbers {
		upTo += weights[i]
		until := int(math.Round(upTo / sum * float64(appointments)))
		if i == len(numbers)-1 {
			until = appointments
		}
		orders[i] = order{n, until - given}
		given = until
	}
	return orders
}

// missing tells which numbers up to the wished one are not there, and how many
// appointments those that are leave to make.
func missing(ctx context.Context, db *sql.DB, opts LoadOptions) ([]int, int, error) {
	have := make([]bool, opts.Businesses+1)
	appointments := opts.Appointments
	// A renamed business keeps its former name here; one deleted is made anew.
	rows, err := db.QueryContext(ctx, `
		SELECT d.name, COALESCE((SELECT sum(CAST(a.details ->> 'appointments' AS int)) FROM public.audit_log a
			WHERE a.business_id = d.business_id AND a.action = '`+loadedAction+`'), 0)
		FROM public.domains d WHERE d.kind IN ('subdomain', 'former') AND d.name ~ '-[0-9]{5,7}$'`)
	if err != nil {
		return nil, 0, fmt.Errorf("look which businesses are loaded: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var has int
		if err := rows.Scan(&name, &has); err != nil {
			return nil, 0, err
		}
		number, ok := loadNumber(name)
		if !ok {
			continue
		}
		appointments -= has
		if number < len(have) {
			have[number] = true
		}
	}
	var numbers []int
	for n := 1; n < len(have); n++ {
		if !have[n] {
			numbers = append(numbers, n)
		}
	}
	return numbers, max(0, appointments), rows.Err()
}
