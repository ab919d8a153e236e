package store

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
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

func (db *DB) views() *shortCache[[]SavedView] {
	return keep(db, func() *shortCache[[]SavedView] { return newShortCache[[]SavedView](viewsFor) })
}

// SavedViews lists one person's views of a list and those that others share. They
// are read with each page of the list, hence kept for two seconds; this process
// sees its own changes at once.
func (q *PublicTx) SavedViews(person uuid.UUID, list string) ([]SavedView, error) {
	key := list + person.String()
	if views, ok := q.db.views().get(key, q.now); ok {
		return views, nil
	}
	var views []SavedView
	err := q.list(&views, `
		SELECT v.id, v.user_id, u.name AS owner_name, v.list, v.name, v.query, v.is_shared, v.is_default
		FROM public.saved_views v JOIN public.users u ON u.id = v.user_id
		WHERE v.list = $2 AND (v.user_id = $1 OR v.is_shared AND u.is_active)
		ORDER BY v.user_id <> $1, v.name`+byName+`, v.id LIMIT $3`, person, list, 2*maxViews)
	if err == nil {
		q.db.views().put(key, views, q.now)
	}
	return views, err
}

// SaveView adds a view of the principal's, or replaces its view of that name.
func (db *DB) SaveView(ctx context.Context, in SavedView) error {
	return db.changeViews(ctx, func(q *PublicTx) error {
		if err := in.check(); err != nil {
			return err
		}
		var count int
		if err := q.get(&count, `SELECT count(*) FROM public.saved_views WHERE user_id = $1 AND list = $2`, q.who.Actor.ID, in.List); err != nil {
			return err
		}
		if count >= maxViews {
			return invalid("name", "You have 50 views of this list already; delete one first.")
		}
		if in.IsDefault {
			if err := q.noDefaultView(in.List); err != nil {
				return err
			}
		}
		_, err := q.exec(`
			INSERT INTO public.saved_views (id, user_id, list, name, query, is_shared, is_default, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (user_id, list, lower(name)) DO UPDATE SET name = EXCLUDED.name, query = EXCLUDED.query,
				is_shared = EXCLUDED.is_shared, is_default = EXCLUDED.is_default`,
			newID(), q.who.Actor.ID, in.List, in.Name, in.Query, in.IsShared, in.IsDefault, q.now)
		if err != nil {
			return err
		}
		return q.auditView("view.saved", in)
	})
}

// ChangeView gives one of the principal's views another name, shares it or not,
// and makes it the one with which its list opens or not.
func (db *DB) ChangeView(ctx context.Context, in SavedView) (list string, err error) {
	err = db.changeViews(ctx, func(q *PublicTx) error {
		found, err := q.ownView(in.ID)
		if err != nil {
			return err
		}
		if err := q.unchanged(found); err != nil {
			return err
		}
		list = found.List
		found.Name, found.IsShared, found.IsDefault = in.Name, in.IsShared, in.IsDefault
		if err := found.check(); err != nil {
			return err
		}
		if in.IsDefault {
			if err := q.noDefaultView(list); err != nil {
				return err
			}
		}
		_, err = q.exec(`UPDATE public.saved_views SET name = $2, is_shared = $3, is_default = $4 WHERE id = $1`,
			found.ID, found.Name, found.IsShared, found.IsDefault)
		if err != nil {
			return err
		}
		return q.auditView("view.changed", found)
	})
	return list, err
}

// DeleteView removes one of the principal's views.
func (db *DB) DeleteView(ctx context.Context, id uuid.UUID) (list string, err error) {
	err = db.changeViews(ctx, func(q *PublicTx) error {
		found, err := q.ownView(id)
		if err != nil {
			return err
		}
		list = found.List
		if _, err := q.exec(`DELETE FROM public.saved_views WHERE id = $1`, id); err != nil {
			return err
		}
		return q.auditView("view.deleted", found)
	})
	return list, err
}

func (db *DB) changeViews(ctx context.Context, change func(*PublicTx) error) error {
	err := db.InPublic(ctx, change)
	db.views().forget()
	return err
}

func (q *PublicTx) ownView(id uuid.UUID) (SavedView, error) {
	var v SavedView
	err := q.get(&v, `SELECT id, user_id, '' AS owner_name, list, name, query, is_shared, is_default FROM public.saved_views
		WHERE id = $1 AND user_id = $2 FOR UPDATE`, id, q.who.Actor.ID)
	return v, err
}

func (q *PublicTx) noDefaultView(list string) error {
	_, err := q.exec(`UPDATE public.saved_views SET is_default = false WHERE user_id = $1 AND list = $2 AND is_default`, q.who.Actor.ID, list)
	return err
}

func (q *PublicTx) auditView(action string, v SavedView) error {
	return q.audit(Event{Action: action, ObjectType: "view", ObjectID: v.List, ObjectName: v.Name,
		Details: map[string]any{"list": v.List, "shared": v.IsShared, "query": v.Query}})
}

func (v *SavedView) check() error {
	v.Name = strings.Join(strings.Fields(v.Name), " ")
	if utf8.RuneCountInString(v.Name) > 60 || VisibleLen(v.Name) == 0 || !utf8.ValidString(v.Name) {
		return invalid("name", "Give the view a name of 1 to 60 characters.")
	}
	if len(v.Query) > 2000 {
		return invalid("name", "This search is too long to be saved.")
	}
	return nil
}

// viewsFor is how long a process goes without looking at the views again.
const viewsFor = 2 * time.Second
