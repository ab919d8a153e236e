package web

import (
	"encoding/json"
	"net/http"
	"net/mail"
	"net/url"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store/booking"
	logins "github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// cookieLife bounds what the browser keeps; sessions end earlier in the database.
const cookieLife = 14 * 24 * time.Hour

// Cookies is a gorilla/sessions store whose cookie carries one random id. What
// belongs to the id is a row of the database.
type Cookies struct {
	codecs []securecookie.Codec
	once   []securecookie.Codec // of what is shown once
	prefix string
	secure bool
}

var _ sessions.Store = (*Cookies)(nil)

// NewCookies takes the signing keys, the first one signs and all are accepted;
// secure sets __Host- and Secure, for https.
func NewCookies(keys [][]byte, secure bool) *Cookies {
	c := &Cookies{secure: secure, prefix: "smooth_"}
	if secure {
		c.prefix = "__Host-smooth_"
	}
	for _, key := range keys {
		codec := securecookie.New(key, nil)
		codec.SetSerializer(securecookie.NopEncoder{}) // an id needs no gob
		codec.MaxAge(int(cookieLife.Seconds()))
		c.codecs, c.once = append(c.codecs, codec), append(c.once, onceCodec(key))
	}
	return c
}

// Get returns the request's session; its ID is "" without a valid cookie.
func (c *Cookies) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(c, name)
}

// New reads the cookie. A forged or old one is as good as none.
func (c *Cookies) New(r *http.Request, name string) (*sessions.Session, error) {
	s := sessions.NewSession(c, name)
	s.Options = &sessions.Options{Path: "/", MaxAge: int(cookieLife.Seconds()), Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	s.IsNew = true
	if id := c.read(r, name); id != nil {
		s.ID, s.IsNew = string(id), false
	}
	return s, nil
}

// Save writes the session's ID to the browser, or with MaxAge < 0 removes it.
func (c *Cookies) Save(_ *http.Request, w http.ResponseWriter, s *sessions.Session) error {
	value := ""
	if s.Options.MaxAge >= 0 {
		var err error
		if value, err = securecookie.EncodeMulti(c.prefix+s.Name(), []byte(s.ID), c.codecs...); err != nil {
			return err
		}
	}
	http.SetCookie(w, sessions.NewCookie(c.prefix+s.Name(), value, s.Options))
	return nil
}

func (c *Cookies) read(r *http.Request, name string) []byte {
	cookie, err := r.Cookie(c.prefix + name)
	if err != nil {
		return nil
	}
	var id []byte
	if securecookie.DecodeMulti(c.prefix+name, cookie.Value, &id, c.codecs...) != nil {
		return nil
	}
	return id
}

// sessionName and flashName are the cookies' names behind the prefix.
const (
	sessionName = "session"
	flashName   = "flash"
	flashLife   = 2 * time.Minute
	// deviceName keeps the id of a browser in which somebody has logged in, and
	// stepName that of a login which is not ended.
	deviceName = "device"
	stepName   = "step"
	stepLife   = 10 * time.Minute
	// holdName keeps the secret of the time that is held for this browser, and
	// bookedName the link of what was booked last in it.
	holdName   = "hold"
	bookedName = "booked"
	bookedLife = time.Hour
)

// plain is the value of a cookie that needs no signature: a random id that the
// database knows.
func (c *Cookies) plain(ctx echo.Context, name string) string {
	cookie, err := ctx.Cookie(c.prefix + name)
	if err != nil || len(cookie.Value) > 100 {
		return ""
	}
	return cookie.Value
}

func (c *Cookies) setPlain(ctx echo.Context, name, value string, life time.Duration) {
	ctx.SetCookie(&http.Cookie{Name: c.prefix + name, Value: value, Path: "/", MaxAge: int(life.Seconds()),
		Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// setFramed is setPlain for what is needed inside another site's frame as well;
// there it is a cookie of that site's frames alone.
func (c *Cookies) setFramed(ctx echo.Context, name, value string, life time.Duration) {
	cookie := &http.Cookie{Name: c.prefix + name, Value: value, Path: "/", MaxAge: int(life.Seconds()), Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if c.secure {
		cookie.SameSite, cookie.Partitioned = http.SameSiteNoneMode, true
	}
	ctx.SetCookie(cookie)
}

// SetHold keeps the secret of a time that is held for this browser; "" forgets it.
func (a *App) SetHold(c echo.Context, secret string) {
	life := booking.HoldFor
	if secret == "" {
		if a.Hold(c) == "" {
			return
		}
		life = -time.Second
	}
	a.Cookies.setFramed(c, holdName, secret, life)
}

// Hold is the secret of the time held for this browser, or "".
func (a *App) Hold(c echo.Context) string { return a.Cookies.plain(c, holdName) }

// SetMailed keeps the address to which this browser has just asked for a mail, so
// that the next page can name it; it is in no address of a page.
func (a *App) SetMailed(c echo.Context, email string) {
	a.Cookies.setPlain(c, mailedName, url.QueryEscape(email), mailedLife)
}

// Mailed is that address, or "".
func (a *App) Mailed(c echo.Context) string {
	email, err := url.QueryUnescape(a.Cookies.plain(c, mailedName))
	if at, wrong := mail.ParseAddress(email); err != nil || wrong != nil || at.Address != email {
		return ""
	}
	return email
}

const (
	mailedName = "mailed"
	mailedLife = 10 * time.Minute
)

// SetBooked keeps the token of what this browser has just booked.
func (a *App) SetBooked(c echo.Context, token string) {
	a.Cookies.setFramed(c, bookedName, token, bookedLife)
}

// Booked is the token of what this browser booked last, or "".
func (a *App) Booked(c echo.Context) string { return a.Cookies.plain(c, bookedName) }

// SetDevice makes this browser known for its next logins.
func (a *App) SetDevice(c echo.Context, device string) {
	a.Cookies.setPlain(c, deviceName, device, logins.DeviceLife)
}

// SetStep keeps what the browser has begun: a login that waits for its second
// factor, a passkey's challenge.
func (a *App) SetStep(c echo.Context, step string) { a.Cookies.setPlain(c, stepName, step, stepLife) }

// ClearStep forgets it.
func (a *App) ClearStep(c echo.Context) { a.Cookies.setPlain(c, stepName, "", -time.Second) }

// Step is what the browser has begun, or "".
func (a *App) Step(c echo.Context) string { return a.Cookies.plain(c, stepName) }

// SetSession gives the browser the token of a new session.
func (a *App) SetSession(c echo.Context, token string) error {
	s, err := a.Cookies.Get(c.Request(), sessionName)
	if err != nil {
		return err
	}
	a.Cookies.setPlain(c, overName, "", -time.Second)
	s.ID = token
	return s.Save(c.Request(), c.Response())
}

// ClearSession makes the browser forget its session.
func (a *App) ClearSession(c echo.Context) error {
	s, err := a.Cookies.Get(c.Request(), sessionName)
	if err != nil {
		return err
	}
	s.Options.MaxAge = -1
	return s.Save(c.Request(), c.Response())
}

// Forget makes the browser drop a session that is over, and on a business's host
// all that it kept of the pages: they may have been seen by support.
func (a *App) Forget(c echo.Context) error {
	if of(c).Tenant != nil {
		c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	}
	return a.ClearSession(c)
}

// flash is a message with the host that it was left on: the signature alone would
// let a cookie that somebody carried over say its words on another.
type flash struct {
	Host  string
	Toast ui.Toast
}

// Flash shows a message on the next page.
func (a *App) Flash(c echo.Context, tone ui.Tone, text string) {
	a.FlashToast(c, ui.Toast{Tone: tone, Text: text})
}

// FlashToast is Flash for a message that can be taken back.
func (a *App) FlashToast(c echo.Context, toast ui.Toast) {
	value, err := json.Marshal(flash{c.Request().Host, toast})
	if err != nil {
		return
	}
	encoded, err := securecookie.EncodeMulti(a.Cookies.prefix+flashName, value, a.Cookies.codecs...)
	if err != nil {
		return // too long for a cookie: the page itself shows the result
	}
	c.SetCookie(&http.Cookie{Name: a.Cookies.prefix + flashName, Value: encoded, Path: "/", MaxAge: int(flashLife.Seconds()),
		Secure: a.Cookies.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// takeFlash returns the message left for this page and removes it.
func (a *App) takeFlash(c echo.Context) []ui.Toast {
	value := a.Cookies.read(c.Request(), flashName)
	if value == nil {
		return nil
	}
	c.SetCookie(&http.Cookie{Name: a.Cookies.prefix + flashName, Path: "/", MaxAge: -1, Secure: a.Cookies.secure, HttpOnly: true,
		SameSite: http.SameSiteLaxMode})
	var left flash
	if json.Unmarshal(value, &left) != nil || left.Host != c.Request().Host {
		return nil
	}
	return []ui.Toast{left.Toast}
}
