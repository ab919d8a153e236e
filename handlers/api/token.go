package api

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
)

type tokenInput struct {
	Email       string `json:"email"`
	Password    string `json:"password"`
	Code        string `json:"code"`
	Name        string `json:"name"`
	ReadOnly    bool   `json:"read_only"`
	ExpiresDays *int   `json:"expires_days"`
}

type tokenOutput struct {
	Token     string `json:"token"`
	ExpiresAt string `json:"expires_at"`
}

// tokenCreate gives a person of this host a token for the password, and a code of
// the second factor of who has one. A wrong password and an unknown person get
// the same answer.
func (h *Handlers) tokenCreate(c echo.Context) error {
	in, err := bindToken(c)
	if err != nil {
		return err
	}
	text, token, err := identity.CreateAPIToken(c.Request().Context(), h.DB, web.Tenant(c), in, web.Client(c))
	switch {
	case errors.Is(err, identity.ErrCodeNeeded):
		return &web.APIError{Status: http.StatusUnauthorized, Code: "code_needed", Detail: err.Error()}
	case store.KindOf(err) == store.Invalid:
		return &web.APIError{Status: http.StatusUnauthorized, Code: "invalid_credentials", Detail: err.Error()}
	}
	web.SetRetryAfter(c, err)
	if err != nil {
		return err
	}
	return web.JSON(c, http.StatusOK, tokenOutput{text, instant(token.ExpiresAt)})
}

func bindToken(c echo.Context) (identity.NewAPIToken, error) {
	var in tokenInput
	wrong := map[string]string{}
	kind, _, _ := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	var err error
	switch kind {
	case "application/json":
		err = in.readJSON(c.Request().Body, wrong)
	case "application/x-www-form-urlencoded":
		err = in.readForm(c.Request(), wrong)
	default:
		err = &web.APIError{Status: http.StatusUnsupportedMediaType}
	}
	if err != nil {
		return identity.NewAPIToken{}, err
	}
	out := identity.NewAPIToken{Email: store.CanonicalEmail(in.Email), Password: in.Password, Code: strings.TrimSpace(in.Code), Name: strings.TrimSpace(in.Name),
		Days: identity.DefaultTokenDays, ReadOnly: in.ReadOnly}
	for field, value := range map[string]string{"email": out.Email, "password": out.Password} {
		if _, known := wrong[field]; !known && value == "" {
			wrong[field] = field + " is missing."
		}
	}
	if out.Name == "" {
		out.Name = "API"
	}
	web.CheckText(wrong, "name", out.Name, 1, 80, "")
	if in.ExpiresDays != nil {
		if out.Days = *in.ExpiresDays; out.Days < 1 || out.Days > identity.MaxTokenDays {
			wrong["expires_days"] = "Choose 1 to 365 days."
		}
	}
	if len(wrong) > 0 {
		return out, &web.APIError{Status: http.StatusUnprocessableEntity, Fields: wrong}
	}
	return out, nil
}

func (in *tokenInput) readJSON(body io.Reader, wrong map[string]string) error {
	decoder := json.NewDecoder(body)
	err := decoder.Decode(in)
	if err == nil {
		if _, err = decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		}
	}
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return err
	case errors.As(err, &kind) && kind.Field != "":
		want := map[string]string{"expires_days": "a whole number.", "read_only": "true or false."}[kind.Field]
		if want == "" {
			want = "text."
		}
		wrong[kind.Field] = "This must be " + want
		return nil
	}
	return &web.APIError{Status: http.StatusBadRequest, Detail: "The body must be one JSON object."}
}

func (in *tokenInput) readForm(r *http.Request, wrong map[string]string) error {
	if err := r.ParseForm(); err != nil {
		if errors.As(err, new(*http.MaxBytesError)) {
			return err
		}
		return &web.APIError{Status: http.StatusBadRequest, Detail: "The form could not be read."}
	}
	f := r.PostForm // never the address: addresses are logged on the way
	in.Email, in.Password, in.Code, in.Name = f.Get("email"), f.Get("password"), f.Get("code"), f.Get("name")
	if text := f.Get("read_only"); text != "" {
		only, err := strconv.ParseBool(text)
		if err != nil {
			wrong["read_only"] = "This must be true or false."
		}
		in.ReadOnly = only
	}
	if text := f.Get("expires_days"); text != "" {
		days, err := strconv.Atoi(text)
		if err != nil {
			wrong["expires_days"] = "This must be a whole number."
		} else {
			in.ExpiresDays = &days
		}
	}
	return nil
}
