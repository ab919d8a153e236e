// Package account is signing in and out, on the platform's host and on those of
// businesses alike, and the mailed links that lead in.
package account

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// Handlers answers both kinds of host that have people.
type Handlers struct{ *web.App }

// Routes is what both tables share.
func (h *Handlers) Routes() []web.Route {
	routes := []web.Route{
		{Method: http.MethodGet, Path: urls.Login(), Permission: access.Public, Handler: h.loginNew, Closed: true, SetUp: true},
		{Method: http.MethodPost, Path: urls.Login(), Permission: access.Public, Handler: h.loginCreate, Closed: true, SetUp: true},
		{Method: http.MethodGet, Path: urls.LoginCode(), Permission: access.Public, Handler: h.codeNew, Closed: true, SetUp: true},
		{Method: http.MethodPost, Path: urls.LoginCode(), Permission: access.Public, Handler: h.codeCreate, Closed: true, SetUp: true},
		{Method: http.MethodPost, Path: urls.Logout(), Permission: access.Public, Handler: h.logout, Closed: true, Masqueraded: true, SetUp: true},
		{Method: http.MethodGet, Path: urls.Forgot(), Permission: access.Public, Handler: h.forgotNew, Closed: true, SetUp: true},
		{Method: http.MethodPost, Path: urls.Forgot(), Permission: access.Public, Handler: h.forgotCreate, Closed: true, SetUp: true},
		{Method: http.MethodGet, Path: urls.InvitationPattern, Permission: access.Public, Handler: h.linkShow(identity.Invitation), Closed: true, SetUp: true},
		{Method: http.MethodPost, Path: urls.InvitationPattern, Permission: access.Public, Handler: h.linkSpend(identity.Invitation), Closed: true, SetUp: true},
		{Method: http.MethodGet, Path: urls.PasswordResetPattern, Permission: access.Public, Handler: h.linkShow(identity.PasswordReset), Closed: true, SetUp: true},
		{Method: http.MethodPost, Path: urls.PasswordResetPattern, Permission: access.Public, Handler: h.linkSpend(identity.PasswordReset), Closed: true, SetUp: true},
		{Method: http.MethodGet, Path: urls.EmailConfirmPattern, Permission: access.Public, Handler: h.emailLinkShow, Closed: true, SetUp: true},
		{Method: http.MethodPost, Path: urls.EmailConfirmPattern, Permission: access.Public, Handler: h.emailLinkSpend, Closed: true, SetUp: true},
		{Method: http.MethodPost, Path: urls.Theme(), Permission: access.Public, Handler: h.SetTheme, Closed: true, Masqueraded: true, SetUp: true},
		{Method: http.MethodGet, Path: urls.Account(), Permission: access.AccountManage, Handler: h.profileShow, Closed: true},
		{Method: http.MethodPost, Path: urls.Account(), Permission: access.AccountManage, Handler: h.nameUpdate, Closed: true},
		{Method: http.MethodPost, Path: urls.AccountPassword(), Permission: access.AccountManage, Handler: h.passwordUpdate, Closed: true},
		{Method: http.MethodPost, Path: urls.AccountEmail(), Permission: access.AccountManage, Handler: h.emailUpdate, Closed: true},
		{Method: http.MethodPost, Path: urls.AccountEmailCancel(), Permission: access.AccountManage, Handler: h.emailCancel, Closed: true},
		{Method: http.MethodGet, Path: urls.AccountSessions(), Permission: access.AccountManage, Handler: h.sessionsIndex, Closed: true},
		{Method: http.MethodPost, Path: urls.AccountSessionsEnd(), Permission: access.AccountManage, Handler: h.sessionsEnd, Closed: true},
		{Method: http.MethodPost, Path: urls.AccountSessionEndPattern, Permission: access.AccountManage, Handler: h.sessionEnd, Closed: true},
		{Method: http.MethodGet, Path: urls.SecondFactor(), Permission: access.AccountManage, Handler: h.factorsShow, Closed: true, SetUp: true},
		{Method: http.MethodPost, Path: urls.Authenticator(), Permission: access.AccountManage, Handler: h.appBegin, Closed: true, SetUp: true},
		{Method: http.MethodGet, Path: urls.Authenticator(), Permission: access.AccountManage, Handler: h.appShow, Closed: true, SetUp: true},
		{Method: http.MethodGet, Path: urls.AuthenticatorImage(), Permission: access.AccountManage, Handler: h.appImage, Closed: true, SetUp: true},
		{Method: http.MethodPost, Path: urls.AuthenticatorConfirm(), Permission: access.AccountManage, Handler: h.appConfirm, Closed: true, SetUp: true},
		{Method: http.MethodPost, Path: urls.AuthenticatorRemove(), Permission: access.AccountManage, Handler: h.appRemove, Closed: true},
		{Method: http.MethodPost, Path: urls.RecoveryCodes(), Permission: access.AccountManage, Handler: h.codesRenew, Closed: true},
	}
	if h.Dev {
		routes = append(routes, web.Route{Method: http.MethodPost, Path: urls.DevLogin(), Permission: access.Development, Handler: h.quickLogin, Closed: true, SetUp: true})
	}
	return routes
}

// StaffRoutes is what the platform's own people have besides: passkeys, which
// belong to the platform's host, and tokens for the API.
func (h *Handlers) StaffRoutes() []web.Route {
	return []web.Route{
		{Method: http.MethodPost, Path: urls.LoginPasskeyOptions(), Permission: access.Public, Handler: h.passkeyLoginOptions, SetUp: true},
		{Method: http.MethodPost, Path: urls.LoginPasskey(), Permission: access.Public, Handler: h.passkeyLogin, SetUp: true},
		{Method: http.MethodPost, Path: urls.PasskeyOptions(), Permission: access.AccountManage, Handler: h.passkeyOptions, SetUp: true},
		{Method: http.MethodPost, Path: urls.Passkeys(), Permission: access.AccountManage, Handler: h.passkeyCreate, SetUp: true},
		{Method: http.MethodPost, Path: urls.PasskeyPattern, Permission: access.AccountManage, Handler: h.passkeyRename},
		{Method: http.MethodPost, Path: urls.PasskeyRemovePattern, Permission: access.AccountManage, Handler: h.passkeyRemove},
		{Method: http.MethodGet, Path: urls.AccountTokens(), Permission: access.TokensManage, Handler: h.tokensIndex},
		{Method: http.MethodPost, Path: urls.AccountTokens(), Permission: access.TokensManage, Handler: h.tokenCreate},
		{Method: http.MethodPost, Path: urls.AccountTokenRevokePattern, Permission: access.TokensManage, Handler: h.tokenRevoke},
	}
}

// where names the host's site.
func where(c echo.Context) string {
	if t := web.Tenant(c); t != nil {
		return t.Name
	}
	return "Platform console"
}

// home is where a person of this host begins.
func home(c echo.Context) string {
	if web.Tenant(c) != nil {
		return urls.Home()
	}
	return urls.Dashboard()
}
