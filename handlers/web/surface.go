package web

import (
	"context"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/layout"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// Unknown is the name of the surface that answers hosts of nobody.
const Unknown = "unknown"

// Surface is one kind of host: its shell, its people and when it is closed.
type Surface struct {
	Name   string
	People bool // somebody can log in here
	// Shell is the frame around the pages of people who are logged in.
	Shell func(layout.Page, templ.Component) templ.Component
	// Nav lists the parts of the site that the request's principal may open.
	Nav func(echo.Context) []layout.NavItem
	// Notice is what all pages of the principal tell of the business; it may be nil.
	Notice func(echo.Context) *ui.AlertProps
	// Closed returns an error for a route that can't be used now (a suspended
	// business), after the principal is known. It may be nil.
	Closed func(echo.Context, Route) error
	// Frames says in the header which other sites may show a page of this host; nil
	// where none may.
	Frames func(echo.Context) error
}

func (s *Surface) closed(c echo.Context, route Route) error {
	if s.Closed == nil {
		return nil
	}
	return s.Closed(c, route)
}

// withHandover and withPrincipal are the store's, named as the request flows.
func withHandover(ctx context.Context) (context.Context, func()) { return store.WithHandover(ctx) }

func withPrincipal(ctx context.Context, p *store.Principal) context.Context {
	return store.WithPrincipal(ctx, p)
}
