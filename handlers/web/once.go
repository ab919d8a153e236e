package web

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/securecookie"
	"github.com/labstack/echo/v4"
)

// What is shown once: a secret that a form has just made and that the page behind
// the redirect shows, so that reloading sends nothing again. The server keeps no
// copy; on its way it lies encrypted in the browser's cookie, for one person, one
// page and a few moments.
const (
	onceName = "once"
	onceLife = 2 * time.Minute
)

type once struct {
	Host, Page string
	Person     uuid.UUID
	Text       string
}

// onceCodec encrypts with a key of its own, made from one that signs.
func onceCodec(key []byte) securecookie.Codec {
	box, err := hkdf.Key(sha256.New, key, nil, "smoothschedule shown once", 32)
	if err != nil {
		return nil // the length is right
	}
	codec := securecookie.New(key, box)
	codec.SetSerializer(securecookie.NopEncoder{})
	codec.MaxAge(int(onceLife.Seconds()))
	return codec
}

// ShowOnce leaves a text for the next time that who asks opens a page.
func (a *App) ShowOnce(c echo.Context, page, text string) error {
	value, err := json.Marshal(once{c.Request().Host, page, Principal(c).Actor.ID, text})
	if err != nil {
		return err
	}
	sealed, err := securecookie.EncodeMulti(a.Cookies.prefix+onceName, value, a.Cookies.once...)
	if err != nil {
		return err
	}
	a.setOnce(c, sealed, int(onceLife.Seconds()))
	return nil
}

// ShownOnce is the text that was left for a page, and takes it away; "" for none.
func (a *App) ShownOnce(c echo.Context, page string) string {
	cookie, err := c.Request().Cookie(a.Cookies.prefix + onceName)
	if err != nil {
		return ""
	}
	var value []byte
	var left once
	if securecookie.DecodeMulti(a.Cookies.prefix+onceName, cookie.Value, &value, a.Cookies.once...) != nil || json.Unmarshal(value, &left) != nil ||
		left.Host != c.Request().Host || left.Page != page || left.Person != Principal(c).Actor.ID {
		return ""
	}
	a.setOnce(c, "", -1)
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return left.Text
}

func (a *App) setOnce(c echo.Context, value string, age int) {
	c.SetCookie(&http.Cookie{Name: a.Cookies.prefix + onceName, Value: value, Path: "/", MaxAge: age, Secure: a.Cookies.secure, HttpOnly: true,
		SameSite: http.SameSiteLaxMode})
}
