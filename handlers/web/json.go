package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
)

// APIError is a failure as programs read it: Detail for people, Code for
// programs, and what is wrong with each input.
type APIError struct {
	Status int               `json:"-"`
	Detail string            `json:"detail"`
	Code   string            `json:"code"`
	Fields map[string]string `json:"fields"`
}

func (e *APIError) Error() string { return e.Code + ": " + e.Detail }

// failures are the code and the words of each status the API answers with.
var failures = map[int]APIError{
	http.StatusBadRequest:            {Code: "invalid", Detail: "The request was not understood."},
	http.StatusUnauthorized:          {Code: "unauthenticated", Detail: "Send a token: Authorization: Bearer …"},
	http.StatusForbidden:             {Code: "forbidden", Detail: "Your role does not include this."},
	http.StatusNotFound:              {Code: "not_found", Detail: "There is nothing at this address."},
	http.StatusMethodNotAllowed:      {Code: "method_not_allowed", Detail: "This address does not take this method; see the Allow header."},
	http.StatusConflict:              {Code: "conflict", Detail: "It was changed in the meantime."},
	http.StatusGone:                  {Code: "gone", Detail: "This business has closed its site."},
	http.StatusRequestEntityTooLarge: {Code: "too_large", Detail: "The body is larger than anything this address takes."},
	http.StatusUnsupportedMediaType:  {Code: "unsupported_media_type", Detail: "Send application/json or application/x-www-form-urlencoded."},
	http.StatusUnprocessableEntity:   {Code: "unprocessable", Detail: "Some fields can't be taken as they are."},
	http.StatusTooManyRequests:       {Code: "throttled", Detail: "Too many requests. Try again after the time in Retry-After."},
	http.StatusInternalServerError:   {Code: "internal", Detail: "Something went wrong on our side, and it has been written down."},
	http.StatusServiceUnavailable:    {Code: "unavailable", Detail: "Out of order for a moment. Try again shortly."},
}

// HandleAPIError is HandleError's sister for surfaces that speak JSON.
func (a *App) HandleAPIError(err error, c echo.Context) {
	if c.Response().Committed || clientLeft(c, err) {
		return
	}
	status, message := describe(err)
	fields := store.FieldErrors(err)
	e, known := failures[status]
	if !known {
		e = APIError{Code: "error_" + strconv.Itoa(status), Detail: http.StatusText(status)}
	}
	if message != "" {
		e.Detail = message
	}
	var meant *APIError
	if errors.As(err, &meant) {
		status, fields = meant.Status, meant.Fields
		e = failures[status]
		if meant.Code != "" {
			e.Code = meant.Code
		}
		if meant.Detail != "" {
			e.Detail = meant.Detail
		}
	}
	if e.Fields = fields; fields == nil {
		e.Fields = map[string]string{}
	}
	a.report(c, status, err)
	if err := JSON(c, status, e); err != nil {
		a.Log.Error("error answer failed", slog.String("id", of(c).ID), slog.String("error", err.Error()))
	}
}

// JSON answers with a value; HEAD gets the headers alone.
func JSON(c echo.Context, status int, value any) error {
	body, err := MarshalJSON(value)
	if err != nil {
		return err
	}
	return JSONBytes(c, status, body)
}

// MarshalJSON writes & < > as they are: no answer of the API is taken for HTML.
func MarshalJSON(value any) ([]byte, error) {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return buf.Bytes(), err
}

// JSONBytes answers with JSON that is made already.
func JSONBytes(c echo.Context, status int, body []byte) error {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/json")
	h.Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
	c.Response().WriteHeader(status)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, err := c.Response().Write(body)
	return err
}

// SetPrincipal is called by a surface that finds out by other means than a
// cookie who the request comes from.
func SetPrincipal(c echo.Context, p *store.Principal) {
	of(c).Principal = p
	c.SetRequest(c.Request().WithContext(withPrincipal(c.Request().Context(), p)))
}
