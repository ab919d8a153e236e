package identity

import (
	"database/sql"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// barred are letters that no decomposition turns into their plain ones.
var barred = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "ħ", "h", "ŧ", "t", "ı", "i", "æ", "ae", "œ", "oe", "þ", "th")

// staffNameKey is what no two people of the platform share: the name without
// case, accents, blanks and whatever can't be seen. Null for everybody else.
func staffNameKey(p db.Person) sql.NullString {
	if p.BusinessID.Valid {
		return sql.NullString{}
	}
	folded := cases.Fold().String(norm.NFKD.String(p.Name))
	key := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) || !text.Visible(r) || unicode.IsPunct(r) {
			return -1
		}
		return r
	}, barred.Replace(folded))
	if key == "" {
		key = p.Name
	}
	return sql.NullString{String: key, Valid: true}
}

// MayRename refuses people of the platform to change their own names. Owners read who
// looked into their business, so that is said by somebody else. The only active
// superuser has nobody to ask.
func MayRename(t db.Scope, who *db.Principal, p db.Person) error {
	if p.BusinessID.Valid || who == nil || who.Actor.ID != p.ID {
		return nil
	}
	var alone bool
	err := db.Get(t, &alone, `SELECT NOT EXISTS (SELECT FROM public.users WHERE business_id IS NULL AND role = 'SUPERUSER' AND is_active AND id <> $1)`, p.ID)
	if err != nil || alone && p.Role == access.Superuser {
		return err
	}
	return &db.Error{Kind: db.Forbidden, Message: "A superuser changes the names of the platform's people, somebody else's than the own: businesses read who looked in."}
}
