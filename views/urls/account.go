package urls

import "net/url"

// The own account, on both hosts with people.

// The routes' patterns.
const (
	AccountSessionEndPattern  = "/account/sessions/:id/end"
	AccountTokenRevokePattern = "/account/tokens/:id/revoke"
	PasskeyPattern            = "/account/passkeys/:id"
	PasskeyRemovePattern      = "/account/passkeys/:id/remove"
	EmailConfirmPattern       = "/email/confirm/:token"
)

// Account is the own profile; its POST takes the name.
func Account() string { return "/account" }

// AccountPassword takes current and password.
func AccountPassword() string { return "/account/password" }

// AccountEmail takes the new address; both are mailed a link.
func AccountEmail() string { return "/account/email" }

// AccountEmailCancel takes the change back.
func AccountEmailCancel() string { return "/account/email/cancel" }

// EmailConfirm is the page behind the links of a change.
func EmailConfirm(token string) string { return "/email/confirm/" + url.PathEscape(token) }

// AccountSessions lists the own sessions.
func AccountSessions() string { return "/account/sessions" }

// AccountSessionEnd takes a POST.
func AccountSessionEnd(id string) string {
	return AccountSessions() + "/" + url.PathEscape(id) + "/end"
}

// AccountSessionsEnd ends all but this one.
func AccountSessionsEnd() string { return AccountSessions() + "/end" }

// SecondFactor is the page of the own second factors.
func SecondFactor() string { return "/account/second-factor" }

// Authenticator is the set-up of an app: POST begins, GET shows the key.
func Authenticator() string { return SecondFactor() + "/app" }

// AuthenticatorImage is the key as a picture.
func AuthenticatorImage() string { return Authenticator() + "/qr.png" }

// AuthenticatorConfirm takes the first code.
func AuthenticatorConfirm() string { return Authenticator() + "/confirm" }

// AuthenticatorRemove takes a code.
func AuthenticatorRemove() string { return Authenticator() + "/remove" }

// RecoveryCodes takes a POST and shows new ones.
func RecoveryCodes() string { return SecondFactor() + "/recovery-codes" }

// Passkeys takes a new passkey.
func Passkeys() string { return "/account/passkeys" }

// PasskeyOptions is what the browser needs to make one.
func PasskeyOptions() string { return Passkeys() + "/options" }

// Passkey takes a new name for one.
func Passkey(id string) string { return Passkeys() + "/" + url.PathEscape(id) }

// PasskeyRemove takes a POST.
func PasskeyRemove(id string) string { return Passkey(id) + "/remove" }

// AccountTokens lists the own API tokens; its POST makes one.
func AccountTokens() string { return "/account/tokens" }

// AccountTokenRevoke takes a POST.
func AccountTokenRevoke(id string) string {
	return AccountTokens() + "/" + url.PathEscape(id) + "/revoke"
}

// LoginCode is the second step of a login.
func LoginCode() string { return "/login/code" }

// LoginPasskey logs in with a passkey.
func LoginPasskey() string { return "/login/passkey" }

// LoginPasskeyOptions is what the browser needs for that.
func LoginPasskeyOptions() string { return LoginPasskey() + "/options" }
