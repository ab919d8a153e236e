package console

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// SavedView is a list's search, filters and order under a name. Query is what
// follows "?" in the list's address.
type SavedView struct {
	ID        uuid.UUID `db:"id"`
	UserID    uuid.UUID `db:"user_id"`
	OwnerName string    `db:"owner_name"`
	List      string    `db:"list"`
	Name      string    `db:"name"`
	Query     string    `db:"query"`
	IsShared  bool      `db:"is_shared"`
	IsDefault bool      `db:"is_default"`
}

// maxViews bounds what one person keeps of a list, and what a menu shows.
const maxViews = 50

func viewsKept(d *db.DB) *shortCache[[]SavedView] {
	return db.Keep(d, func() *shortCache[[]SavedView] { return newShortCache[[]SavedView](viewsFor) })
}

// SavedViews lists one person's views of a list and those that others share. They
// are read with each page of the list, hence kept for two seconds; this process
// sees its own changes at once.
func SavedViews(q *db.PublicTx, person uuid.UUID, list string) ([]SavedView, error) {
	key := list + person.String()
	if views, ok := viewsKept(db.Of(q)).Get(key, q.Now()); ok {
		return views, nil
	}
	var views []SavedView
	err := db.List(q, &views, `
		SELECT v.id, v.user_id, u.name AS owner_name, v.list, v.name, v.query, v.is_shared, v.is_default
		FROM public.saved_views v JOIN public.users u ON u.id = v.user_id
		WHERE v.list = $2 AND (v.user_id = $1 OR v.is_shared AND u.is_active)
		ORDER BY v.user_id <> $1, v.name`+text.ByName+`, v.id LIMIT $3`, person, list, 2*maxViews)
	if err == nil {
		viewsKept(db.Of(q)).Put(key, views, q.Now())
	}
	return views, err
}

// SaveView adds a view of the principal's, or replaces its view of that name.
func SaveView(ctx context.Context, d *db.DB, in SavedView) error {
	return changeViews(ctx, d, func(q *db.PublicTx) error {
		if err := in.check(); err != nil {
			return err
		}
		var count int
		if err := db.Get(q, &count, `SELECT count(*) FROM public.saved_views WHERE user_id = $1 AND list = $2`, db.Who(q).Actor.ID, in.List); err != nil {
			return err
		}
		if count >= maxViews {
			return db.InvalidField("name", "You have 50 views of this list already; delete one first.")
		}
		if in.IsDefault {
			if err := noDefaultView(q, in.List); err != nil {
				return err
			}
		}
		_, err := db.Exec(q, `
			INSERT INTO public.saved_views (id, user_id, list, name, query, is_shared, is_default, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (user_id, list, lower(name)) DO UPDATE SET name = EXCLUDED.name, query = EXCLUDED.query,
				is_shared = EXCLUDED.is_shared, is_default = EXCLUDED.is_default`,
			db.NewID(), db.Who(q).Actor.ID, in.List, in.Name, in.Query, in.IsShared, in.IsDefault, q.Now())
		if err != nil {
			return err
		}
		return auditView(q, "view.saved", in)
	})
}

// ChangeView gives one of the principal's views another name, shares it or not,
// and makes it the one with which its list opens or not.
func ChangeView(ctx context.Context, d *db.DB, in SavedView) (list string, err error) {
	err = changeViews(ctx, d, func(q *db.PublicTx) error {
		found, err := ownView(q, in.ID)
		if err != nil {
			return err
		}
		if err := db.Unchanged(q, found); err != nil {
			return err
		}
		list = found.List
		found.Name, found.IsShared, found.IsDefault = in.Name, in.IsShared, in.IsDefault
		if err := found.check(); err != nil {
			return err
		}
		if in.IsDefault {
			if err := noDefaultView(q, list); err != nil {
				return err
			}
		}
		_, err = db.Exec(q, `UPDATE public.saved_views SET name = $2, is_shared = $3, is_default = $4 WHERE id = $1`,
			found.ID, found.Name, found.IsShared, found.IsDefault)
		if err != nil {
			return err
		}
		return auditView(q, "view.changed", found)
	})
	return list, err
}

// DeleteView removes one of the principal's views.
func DeleteView(ctx context.Context, d *db.DB, id uuid.UUID) (list string, err error) {
	err = changeViews(ctx, d, func(q *db.PublicTx) error {
		found, err := ownView(q, id)
		if err != nil {
			return err
		}
		list = found.List
		if _, err := db.Exec(q, `DELETE FROM public.saved_views WHERE id = $1`, id); err != nil {
			return err
		}
		return auditView(q, "view.deleted", found)
	})
	return list, err
}

func changeViews(ctx context.Context, d *db.DB, change func(*db.PublicTx) error) error {
	err := d.InPublic(ctx, change)
	viewsKept(d).Forget()
	return err
}

func ownView(q *db.PublicTx, id uuid.UUID) (SavedView, error) {
	var v SavedView
	err := db.Get(q, &v, `SELECT id, user_id, '' AS owner_name, list, name, query, is_shared, is_default FROM public.saved_views
		WHERE id = $1 AND user_id = $2 FOR UPDATE`, id, db.Who(q).Actor.ID)
	return v, err
}

func noDefaultView(q *db.PublicTx, list string) error {
	_, err := db.Exec(q, `UPDATE public.saved_views SET is_default = false WHERE user_id = $1 AND list = $2 AND is_default`, db.Who(q).Actor.ID, list)
	return err
}

func auditView(q *db.PublicTx, action string, v SavedView) error {
	return db.Audit(q, db.Event{Action: action, ObjectType: "view", ObjectID: v.List, ObjectName: v.Name,
		Details: map[string]any{"list": v.List, "shared": v.IsShared, "query": v.Query}})
}

func (v *SavedView) check() error {
	v.Name = strings.Join(strings.Fields(v.Name), " ")
	if utf8.RuneCountInString(v.Name) > 60 || text.VisibleLen(v.Name) == 0 || !utf8.ValidString(v.Name) {
		return db.InvalidField("name", "Give the view a name of 1 to 60 characters.")
	}
	if len(v.Query) > 2000 {
		return db.InvalidField("name", "This search is too long to be saved.")
	}
	return nil
}

// viewsFor is how long a process goes without looking at the views again.
const viewsFor = 2 * time.Second
