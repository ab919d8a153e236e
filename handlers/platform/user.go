package platform

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// The numbers of lines on a person's page.
const (
	trailShown = 20
)

func (h *Handlers) userShow(c echo.Context) error {
	return h.userPage(c, http.StatusOK, platform.PersonForms{})
}

// userPage shows a person; forms carry what was wrong with them.
func (h *Handlers) userPage(c echo.Context, status int, forms platform.PersonForms) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	var (
		u        people.User
		login    people.LoginState
		sessions []people.OpenSession
		signIns  []store.AuditEntry
		trail    []store.AuditEntry
	)
	var moreSessions, moreSignIns bool
	sessionsPage, signInsPage := web.PageOf(c, "sessions"), web.PageOf(c, "sign-ins")
	who := web.Principal(c)
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if u, err = people.ReadUser(q, id); err != nil {
			return err
		}
		if login, err = people.LoginStateOf(q, id); err != nil {
			return err
		}
		if sessions, moreSessions, err = people.SessionsOf(q, id, sessionsPage); err != nil {
			return err
		}
		if signIns, moreSignIns, err = people.SignIns(q, id, signInsPage); err != nil {
			return err
		}
		trail, err = people.AuditOfPerson(q, id, auditBy(who), trailShown)
		return err
	})
	if err != nil {
		return err
	}
	now := time.Now()
	p := platform.UserProps{
		ID: u.ID.String(), Name: u.Name, Email: u.Email, Role: access.RoleName(u.Role), RoleText: access.RoleText(u.Role), Active: u.IsActive,
		Invited: login.InvitedAt != nil && u.IsActive, SecondFactor: login.SecondFactor, Joined: web.Date(u.CreatedAt, time.UTC), Forms: forms,
		Self: u.ID == who.Actor.ID, AuditHref: urls.WithQuery(urls.Audit(), "person", u.ID.String()),
		TrailOwn:      !who.Can(access.AuditAll),
		CanMasquerade: who.Can(access.MasqueradesStart) && maskable(u),
		CanManage:     mayChange(who, u.Person),
	}
	if u.BusinessID.Valid {
		p.Business, p.BusinessHref = u.BusinessName, urls.Business(u.BusinessID.UUID.String())
		p.Host = h.Sites.BusinessHost(u.Subdomain)
	}
	if u.LastLogin != nil {
		p.LastLogin = web.Ago(*u.LastLogin, now)
	}
	if roles := people.RolesFor(u.Person); p.CanManage && !p.Self && len(roles) > 0 {
		p.Roles, p.RoleCode = roleChoices(roles), string(u.Role)
	}
	p.NameSeen = web.SeenOf(c, urls.UserEditPattern, urls.User(p.ID), nameAnswers(store.PersonName(u.Name)))
	if p.RoleSeen = web.SeenOf(c, urls.UserRolePattern, urls.User(p.ID), roleAnswers(u.Role)); p.RoleSeen.Stale {
		p.RoleChosen = typed(c, "role")
	}
	for _, s := range sessions {
		p.Sessions = append(p.Sessions, platform.SessionRow{Ref: s.Ref, Device: web.Device(s.UserAgent), Address: s.Address,
			Began: web.Instant(s.CreatedAt, time.UTC), Seen: web.Ago(s.LastSeenAt, now)})
	}
	for _, e := range signIns {
		p.SignIns = append(p.SignIns, platform.SignIn{At: web.Instant(e.At, time.UTC), Text: eventProps(e, now).Text, Address: e.Address})
	}
	p.OlderSessions = web.Older(urls.User(p.ID), "sessions", "Sessions", sessionsPage, len(sessions), moreSessions)
	p.OlderSignIns = web.Older(urls.User(p.ID), "sign-ins", "Sign-in history", signInsPage, len(signIns), moreSignIns)
	for _, e := range trail {
		p.Trail = append(p.Trail, eventProps(e, now))
	}
	return h.Render(c, status, web.View{Title: u.Name, Body: platform.User(p)})
}

// mayChange says whether somebody may be changed by who looks: the platform's own
// people by those who manage staff.
func mayChange(who *store.Principal, p store.Person) bool {
	if !p.BusinessID.Valid {
		return who.Can(access.StaffManage)
	}
	return who.Can(access.UsersManage)
}

func roleChoices(roles []access.Role) []platform.RoleChoice {
	var choices []platform.RoleChoice
	for _, role := range roles {
		choices = append(choices, platform.RoleChoice{Code: string(role), Label: access.RoleName(role), Text: access.RoleText(role)})
	}
	return choices
}

// userChange runs one of the small forms of a person's page.
func (h *Handlers) userChange(c echo.Context, done string, change func(ctx context.Context, id uuid.UUID, staff bool) error, again func(errs map[string]string) platform.PersonForms) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	err = change(c.Request().Context(), id, web.Principal(c).Can(access.StaffManage))
	if errs := formErrors(err); errs != nil {
		forms := platform.PersonForms{Errors: errs}
		if again != nil {
			forms = again(errs)
		}
		return h.userPage(c, web.FormStatus(errs), forms)
	}
	if err != nil {
		return err
	}
	h.Flash(c, ui.Success, done)
	return web.Redirect(c, urls.User(id.String()))
}

func (h *Handlers) userEdit(c echo.Context) error {
	name := typed(c, "name")
	errs := map[string]string{}
	if web.CheckName(errs, "name", name, 1, 120, "Give the name."); len(errs) > 0 {
		return h.userPage(c, http.StatusUnprocessableEntity, platform.PersonForms{Name: name, Named: true, Errors: errs})
	}
	return h.userChange(c, "The name is saved.", func(_ context.Context, id uuid.UUID, staff bool) error {
		return people.RenamePerson(web.IfSeen(c, nameAnswers, store.PersonName(name)), h.DB, id, name, staff)
	}, func(errs map[string]string) platform.PersonForms {
		return platform.PersonForms{Name: name, Named: true, Errors: errs}
	})
}

func (h *Handlers) userRole(c echo.Context) error {
	role := access.Role(typed(c, "role"))
	return h.userChange(c, "The role is changed; it holds from the next click on.", func(_ context.Context, id uuid.UUID, staff bool) error {
		return people.ChangePersonRole(web.IfSeen(c, roleAnswers, role), h.DB, id, role, staff)
	}, nil)
}

func (h *Handlers) userDisable(c echo.Context) error {
	return h.userChange(c, "The login is disabled, and all sessions are ended.", func(ctx context.Context, id uuid.UUID, staff bool) error {
		return people.DisablePerson(ctx, h.DB, id, staff)
	}, nil)
}

func (h *Handlers) userEnable(c echo.Context) error {
	return h.userChange(c, "The login is enabled again.", func(ctx context.Context, id uuid.UUID, staff bool) error {
		return people.EnablePerson(ctx, h.DB, id, staff)
	}, nil)
}

func (h *Handlers) userReset(c echo.Context) error {
	return h.userChange(c, "A link for a new password is on its way.", func(ctx context.Context, id uuid.UUID, staff bool) error {
		return people.MailReset(ctx, h.DB, id, staff)
	}, nil)
}

func (h *Handlers) userInvite(c echo.Context) error {
	return h.userChange(c, "The invitation is mailed again.", func(ctx context.Context, id uuid.UUID, staff bool) error {
		return people.MailInvitation(ctx, h.DB, id, staff)
	}, nil)
}

// userFactors helps somebody who has lost phone and recovery codes; that person
// is told by mail.
func (h *Handlers) userFactors(c echo.Context) error {
	return h.userChange(c, "The second factors are reset.", func(ctx context.Context, id uuid.UUID, staff bool) error {
		return people.ResetFactorsOf(ctx, h.DB, id, staff)
	}, nil)
}

func (h *Handlers) userSessions(c echo.Context) error {
	return h.userChange(c, "All sessions are ended.", func(ctx context.Context, id uuid.UUID, staff bool) error {
		return people.EndSessionsOf(ctx, h.DB, id, "", staff)
	}, nil)
}

func (h *Handlers) userSessionEnd(c echo.Context) error {
	ref := c.Param("session")
	if ref == "" {
		return echo.ErrNotFound
	}
	return h.userChange(c, "The session is ended.", func(ctx context.Context, id uuid.UUID, staff bool) error {
		return people.EndSessionsOf(ctx, h.DB, id, ref, staff)
	}, nil)
}
