package web

import (
	"context"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// FormOnce is the context in which a form makes something new: what it makes gets
// the id that the form carries (ui.Once), so that a form that comes twice makes one
// thing. A program that sends no id makes one thing for each time.
func FormOnce(c echo.Context) context.Context {
	id, err := uuid.Parse(c.FormValue(ui.OnceField))
	if err != nil || id.Version() != 7 {
		return c.Request().Context()
	}
	return store.AsForm(c.Request().Context(), id)
}
