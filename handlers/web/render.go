package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/klauspost/compress/gzip"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/views/layout"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// View is a page: its title, its body and, if htmx may ask for less, a fragment.
type View struct {
	Title    string
	Body     templ.Component
	Fragment templ.Component
	Plain    bool // the small card of login and messages instead of the shell
	Wide     bool
	Scripts  []string // assets besides the one of all pages
	// Description tells search engines what a public page is.
	Description string
}

var (
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	// As many as can be busy at once, and kept: each is half a megabyte, which a
	// sync.Pool gives up and makes anew at every collection of garbage.
	zippers = make(chan *gzip.Writer, runtime.GOMAXPROCS(0))
)

func zip(w io.Writer, page []byte) error {
	var z *gzip.Writer
	select {
	case z = <-zippers:
	default:
		z, _ = gzip.NewWriterLevel(io.Discard, 1) // the level is valid
	}
	defer func() {
		select {
		case zippers <- z:
		default:
		}
	}()
	z.Reset(w)
	if _, err := z.Write(page); err != nil {
		return err
	}
	return z.Close()
}

// Render answers with a page, or with its fragment when htmx asks for a part.
func (a *App) Render(c echo.Context, status int, v View) error {
	body := v.Fragment
	if body == nil {
		body = v.Body
	}
	if !IsPartial(c) {
		body = a.page(c, v)
	}
	c.Response().Header().Add(echo.HeaderVary, "HX-Request, HX-Request-Type")
	return Write(c, status, body)
}

// RenderList answers with a page around a list. When reading the list failed, for
// a reason that isn't the visitor's, the page comes all the same, with what was
// searched for and a way to try again; a list that is there already says so itself.
func (a *App) RenderList(c echo.Context, failed error, v View) error {
	if failed == nil {
		return a.Render(c, http.StatusOK, v)
	}
	status, _ := describe(failed)
	if status < http.StatusInternalServerError || IsPartial(c) {
		return failed
	}
	a.report(c, status, failed)
	return a.Render(c, status, v)
}

// Write renders a component into a buffer first, so that a failure on the way
// can still become an error page, and compresses the finished buffer.
func Write(c echo.Context, status int, body templ.Component) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer func() { buf.Reset(); buffers.Put(buf) }()
	if err := body.Render(context.WithoutCancel(c.Request().Context()), buf); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/html; charset=utf-8")
	h.Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if buf.Len() < 1000 || !strings.Contains(c.Request().Header.Get(echo.HeaderAcceptEncoding), "gzip") {
		c.Response().WriteHeader(status)
		_, err := buf.WriteTo(c.Response())
		return err
	}
	zipped := buffers.Get().(*bytes.Buffer)
	defer func() { zipped.Reset(); buffers.Put(zipped) }()
	if err := zip(zipped, buf.Bytes()); err != nil {
		return err
	}
	h.Set(echo.HeaderContentEncoding, "gzip")
	// With its length the answer leaves in one piece instead of four.
	h.Set(echo.HeaderContentLength, strconv.Itoa(zipped.Len()))
	c.Response().WriteHeader(status)
	_, err := zipped.WriteTo(c.Response())
	return err
}

// IsPartial says whether htmx wants a part of the page.
func IsPartial(c echo.Context) bool {
	h := c.Request().Header
	return h.Get("HX-Request") == "true" && h.Get("HX-Request-Type") == "partial"
}

func (a *App) page(c echo.Context, v View) templ.Component {
	r := of(c)
	page := layout.Page{
		Title: v.Title, Theme: a.theme(c), Path: here(c), Flash: a.takeFlash(c),
		Masquerade: masqueradeBanner(r), Wide: v.Wide, Description: v.Description, Scripts: v.Scripts,
	}
	frame(c, &page)
	known := settings.KnownSettings(a.DB)
	page.Announcement, page.Platform = a.announcement(r), known.PlatformName
	page.NoSignUp = known.PlatformName != "" && !known.SignUpOpen // if they were ever read
	if t := r.Tenant; t != nil {
		page.BusinessName, page.AccentHref = t.Name, accentHref(t.AccentColor)
		if t.LogoHash != "" {
			page.LogoHref = urls.Logo(t.LogoHash)
		}
	}
	if p := r.Principal; p != nil {
		page.User = &layout.User{Name: p.Subject.Name, Email: p.Subject.Email, Role: access.RoleName(p.Subject.Role)}
		if r.Surface.Nav != nil {
			page.Nav = r.Surface.Nav(c)
		}
		if p.Can(access.AccountManage) {
			page.AccountHref = urls.Account()
		}
		if r.Surface.Notice != nil {
			page.Notice = r.Surface.Notice(c)
		}
		page.Searches = p.Can(access.SearchView)
		if in := p.Inside; in != nil && p.Tenant == nil {
			page.Inside = &layout.Inside{Business: in.BusinessName, Subject: in.SubjectName, Href: a.Sites.Business(in.Subdomain, "/"), EndHref: urls.MasqueradeEnd(in.ID.String()), Back: page.Path}
		}
		if p.Can(access.NoticesView) {
			page.Bell = &layout.Bell{Unread: p.Unread}
		}
	}
	if v.Plain || r.Surface.Shell == nil {
		return layout.Plain(page, v.Body)
	}
	return r.Surface.Shell(page, v.Body)
}

// here is the page that the theme form returns to.
func here(c echo.Context) string {
	r := c.Request()
	if r.Method != http.MethodGet || strings.Contains(c.Path(), ":token") || strings.Contains(c.Path(), ":code") {
		return "/"
	}
	return PathAndQuery(r)
}

func masqueradeBanner(r *Request) *ui.MasqueradeBanner {
	p := r.Principal
	if p == nil || p.Masquerade == nil {
		return nil
	}
	held := ""
	if p.Masquerade.Mode == access.ModeWrite {
		held = urls.HeldMails()
	}
	ends := VisitEnds(p.Masquerade)
	return &ui.MasqueradeBanner{
		HeldHref: held, Actor: p.Masquerade.ActorName, Subject: p.Subject.Name, SubjectRole: access.RoleName(p.Subject.Role), Business: p.Tenant.Name,
		Mode: access.ModeName(p.Masquerade.Mode), Left: minutesLeft(ends), Idle: ends.Before(p.Masquerade.EndsAt),
		EndsAt: ui.Time{ISO: ends.UTC().Format("2006-01-02T15:04:05Z"), Text: ends.UTC().Format("15:04"), Zone: "UTC"},
	}
}

// VisitEnds is when a masquerade ends if nothing is clicked any more.
func VisitEnds(m *store.Masquerade) time.Time {
	if m.IdleEndsAt.Before(m.EndsAt) {
		return m.IdleEndsAt
	}
	return m.EndsAt
}
