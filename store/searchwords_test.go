package store_test

import (
	"context"
	"slices"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/search"
)

// TestSearchNames: a search finds names however their letters, quotes and numbers
// are written, in every list of people alike; lists stand in the order of a phone
// book.
func TestSearchNames(t *testing.T) {
	t.Parallel()
	c := newCrew(t, "search")
	decomposed := norm.NFD.String("Chloé Nau")
	inOrder := []struct{ name, email, phone string }{
		{"Åke Holm", "", "+41 (0)79 123 45 67"},
		{"Anne-Marie Frey", "kontakt@xn--mller-kva.example", "212.555.9999 ext. 12"},
		{decomposed, "", "00 49 171 1234567"},
		{"Émile Zola", "", ""},
		{"Emma Berg", "", "(646) 555-2667"},
		{"Jordan Meyer", "jordan@example.test", "+1 212 555 2667"},
		{"José Ruiz", "", ""},
		{"Łukasz Öz", "", ""},
		{"Müller", "", ""},
		{"O’Neil", "", ""},
		{"Straße Weg", "", ""},
		{"Tom 100% _x", "", ""},
		{"Zoe Adams", "", "7654321"},
		{"Ωmega ΣΊΣΥΦΟΣ", "", ""},
	}
	var names []string
	for i := len(inOrder) - 1; i >= 0; i-- {
		p := inOrder[i]
		names = append(names, p.name)
		err := c.as(c.owner, func(q *store.TenantTx) error {
			_, err := booking.CreateCustomer(q, booking.CustomerInput{Name: p.name, Email: p.email, Phone: p.phone})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Reverse(names)
	customers := func(f booking.CustomerFilter) (found []string) {
		t.Helper()
		err := c.as(c.owner, func(q *store.TenantTx) error {
			rows, _, err := booking.Customers(q, f)
			for _, r := range rows {
				found = append(found, r.Name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if got := customers(booking.CustomerFilter{}); !slices.Equal(got, names) {
		t.Errorf("the list is in the order %q, want %q", got, names)
	}
	page := store.Page{Number: 1, Size: 5}
	var paged []string
	for range 3 { // behind a cursor as well
		err := c.as(c.owner, func(q *store.TenantTx) error {
			rows, info, err := booking.Customers(q, booking.CustomerFilter{Page: page})
			for _, r := range rows {
				paged = append(paged, r.Name)
			}
			page.Number, page.After = page.Number+1, info.Last
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(paged, names) {
		t.Errorf("page by page it is in the order %q", paged)
	}

	for q, want := range map[string][]string{
		"emile": {"Émile Zola"}, "ÉMILE": {"Émile Zola"}, "muller": {"Müller"}, "Mueller": {"Müller"}, "MÜLLER": {"Müller"},
		"jose": {"José Ruiz"}, norm.NFD.String("José"): {"José Ruiz"}, "Chloé": {decomposed}, "chloe": {decomposed},
		"O'Neil": {"O’Neil"}, "oneil": {"O’Neil"}, "O`Neil": {"O’Neil"}, "strasse": {"Straße Weg"}, "ake": {"Åke Holm"}, "aake": nil,
		"lukasz oz": {"Łukasz Öz"}, "σίσυφος": {"Ωmega ΣΊΣΥΦΟΣ"}, "Meyer, Jordan": {"Jordan Meyer"}, "Meyer,Jordan": {"Jordan Meyer"}, "meyer J.": {"Jordan Meyer"},
		"Jordan <jordan@example.test>": {"Jordan Meyer"}, "anne marie": {"Anne-Marie Frey"}, "Anne\u2011Marie": {"Anne-Marie Frey"},
		"kontakt@müller.example": {"Anne-Marie Frey"}, "müller.example": {"Anne-Marie Frey"},
		"2125552667": {"Jordan Meyer"}, "212-555-2667": {"Jordan Meyer"}, "(212) 555-2667": {"Jordan Meyer"}, "+1 212 555 2667": {"Jordan Meyer"}, "001 212 5552667": {"Jordan Meyer"},
		"tel:+12125552667": {"Jordan Meyer"}, "\uff12\uff11\uff12 555 2667": {"Jordan Meyer"}, "212 555\u20112667": {"Jordan Meyer"}, "jordan 5552667": {"Jordan Meyer"}, "emma 212 555 2667": nil,
		"2667": {"Emma Berg", "Jordan Meyer"}, "555 2667": {"Emma Berg", "Jordan Meyer"},
		"079 123 45 67": {"Åke Holm"}, "+41791234567": {"Åke Holm"}, "+41 (0) 79 123 45 67": {"Åke Holm"}, "0171/1234567": {decomposed}, "+49 (171) 123-4567": {decomposed},
		"2125559999": {"Anne-Marie Frey"}, "+44 7654321": {"Zoe Adams"}, "000000": nil, "100%": {"Tom 100% _x"}, "%": {"Tom 100% _x"}, "_": {"Tom 100% _x"}, `\`: nil, "'": nil,
	} {
		if got := customers(booking.CustomerFilter{Q: q}); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
		var hits []string
		err := c.as(c.owner, func(tx *store.TenantTx) error {
			found, err := search.FindInBusiness(tx, q, true)
			for _, h := range found {
				hits = append(hits, h.Title)
			}
			return err
		})
		if err != nil || !slices.Equal(hits, want) {
			t.Errorf("in the palette %q finds %q, %v, want %q", q, hits, err, want)
		}
	}

	// The console's lists ask the same function.
	err := c.db.InPublic(context.Background(), func(q *store.PublicTx) error {
		for i, name := range []string{"Zoë Straße", "Zoe Adler", "Ödön Zoltán"} {
			if _, err := people.CreatePerson(q, identity.NewPerson{Business: valid(c.tenant.ID), Email: string(rune('a'+i)) + "@search.test", Name: name, Role: access.TenantStaff}); err != nil {
				return err
			}
		}
		people, _, err := people.Users(q, people.UserFilter{Q: "zo"})
		if err != nil {
			return err
		}
		var found []string
		for _, p := range people {
			found = append(found, p.Name)
		}
		if want := []string{"Ödön Zoltán", "Zoe Adler", "Zoë Straße"}; !slices.Equal(found, want) {
			t.Errorf("the directory answers %q, want %q", found, want)
		}
		hits, err := search.FindOnPlatform(q, "ODON", search.HitUser)
		if err != nil || len(hits) != 1 {
			t.Errorf("the console's palette finds %v, %v", hits, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := schema.Direct(c.db).Exec(`UPDATE businesses SET name = 'Müller, Söhne & Æsir' WHERE id = $1`, c.tenant.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := schema.Direct(c.db).Exec(`UPDATE business_totals SET search_text = 'Müller, Söhne & Æsir search' WHERE business_id = $1`, c.tenant.ID); err != nil {
		t.Fatal(err)
	}
	err = c.db.InPublic(context.Background(), func(q *store.PublicTx) error {
		for _, text := range []string{"muller", "Mueller", "sohne muller", "AESIR"} {
			rows, _, err := console.Businesses(q, console.BusinessFilter{Q: text})
			if err != nil || len(rows) != 1 {
				t.Errorf("among businesses %q finds %d, %v", text, len(rows), err)
			}
			if hits, err := search.FindOnPlatform(q, text, search.HitBusiness); err != nil || len(hits) != 1 {
				t.Errorf("the console's palette finds with %q %v, %v", text, hits, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
