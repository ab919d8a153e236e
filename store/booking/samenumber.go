package booking

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// samePhoneShown is how many customers with the same telephone are named.
const samePhoneShown = 3

// CustomersWithPhone finds who has the telephone number, however it is written.
// Numbers of few digits are nobody's.
func CustomersWithPhone(q *db.TenantTx, phone string) ([]CustomerRow, error) {
	if text.Digits(phone) < text.MinPhoneTail {
		return nil, nil
	}
	var rows []CustomerRow
	err := db.Search(q, &rows, `
		SELECT `+customerColumns+` FROM customers c
		WHERE c.erased_at IS NULL AND length(c.phone_digits) >= $3 AND length(public.phone_digits($1)) >= $3
			AND (c.phone_digits LIKE '%' || public.phone_digits($1) OR public.phone_digits($1) LIKE '%' || c.phone_digits)
		ORDER BY c.name`+text.ByName+`, c.id LIMIT $2`, phone, samePhoneShown, text.MinPhoneTail)
	return rows, err
}

// refuseSamePhone asks the team, who is about to write down the telephone of
// somebody, whether that is somebody else who is known already. The zero id is
// somebody new.
func refuseSamePhone(q *db.TenantTx, phone string, of uuid.UUID) error {
	rows, err := CustomersWithPhone(q, phone)
	rows = slices.DeleteFunc(rows, func(r CustomerRow) bool { return r.ID == of })
	if err != nil || len(rows) == 0 {
		return err
	}
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.Name
	}
	return &db.Error{Kind: db.Conflict, Field: SamePhoneField, Message: strings.Join(names, " and ") + " already has this telephone number."}
}

// SamePhoneField is the field of a form that stands for the question whether
// somebody shares a telephone with somebody known.
const SamePhoneField = "same_phone"
