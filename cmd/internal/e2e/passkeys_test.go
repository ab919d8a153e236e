package e2e

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// addAuthenticator gives a tab a security key that is touched and unlocked at
// once, and returns its id.
func (b *tab) addAuthenticator() string {
	b.t.Helper()
	var made struct {
		ID string `json:"authenticatorId"`
	}
	b.do("plug in a security key", call("WebAuthn.enable", struct{}{}), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		return t.Call(ctx, "WebAuthn.addVirtualAuthenticator", map[string]any{"options": map[string]any{"protocol": "ctap2", "transport": "internal",
			"hasResidentKey": true, "hasUserVerification": true, "isUserVerified": true, "automaticPresenceSimulation": true}}, &made)
	}))
	return made.ID
}

// TestS7_PasskeysInABrowser makes a passkey on a device, logs in with it, sees
// it ask for the person and finds it gone after its removal.
func TestS7_PasskeysInABrowser(t *testing.T) {
	p, b := demo(t), newTab(t)
	device := b.addAuthenticator()
	verified := func(is bool) {
		b.do("the person's check", call("WebAuthn.setUserVerified", map[string]any{"authenticatorId": device, "isUserVerified": is}))
	}
	logOut := func() {
		b.follow(`form[action="/logout"] button`)
		b.mustBeAt(p.url("platform", "/login"))
	}
	withKey := `form[data-passkey="login"] button`
	const factors = "/account/second-factor"

	b.quickLogin(p, "platform", "sales@smoothschedule.test")
	b.open(p.url("platform", factors))
	b.fill("#f-passkey-name", "Blue key")
	b.press("add it", `form[data-passkey="add"] button[type=submit]`)
	b.wait("the recovery codes", `document.querySelectorAll("#recovery-codes li").length === 10`)
	b.open(p.url("platform", factors))
	b.press("add it again", `form[data-passkey="add"] button[type=submit]`)
	b.wait("a refusal", `!document.querySelector("[data-passkey-error]").hidden`)
	logOut()

	verified(false)
	b.press("log in without the person's check", withKey)
	b.wait("a refusal", `document.querySelector("[data-passkey-error]")?.innerText || document.body.innerText.includes("was not accepted")`)
	verified(true)
	b.open(p.url("platform", "/login?next=/audit"))
	b.press("log in", withKey)
	b.wait("where the way led", `location.pathname === "/audit"`)
	for _, action := range []string{"user.passkey_added", "session.started_with_passkey"} {
		if log := eval[string](b, `fetch("/audit.csv", {method: "POST", body: new URLSearchParams({export_reason: "to see what is recorded"})}).then(r => r.text())`); !strings.Contains(log, action) {
			t.Errorf("%s is not on record:\n%s", action, clip(log))
		}
	}
	b.open(p.url("platform", factors))
	b.mustRead("main", "last used")
	b.do("rename it", evaluate(`document.querySelector('input[id^="f-name-"]').value = "Green key"`))
	b.follow(`form:has(input[id^="f-name-"]) button`)
	b.mustRead("main", "Remove Green key")

	var held struct {
		Credentials []json.RawMessage `json:"credentials"`
	}
	b.do("look at the key", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		return t.Call(ctx, "WebAuthn.getCredentials", map[string]any{"authenticatorId": device}, &held)
	}))
	if len(held.Credentials) != 1 || !strings.Contains(string(held.Credentials[0]), `"rpId":"platform.localhost"`) {
		t.Errorf("the key holds %s", held.Credentials)
	}
	b.follow(`form[action$="/remove"] button`)
	b.mustRead("main", "Add a passkey")
	if n := b.count(`input[id^="f-name-"]`); n != 0 {
		t.Errorf("%d passkeys are left", n)
	}
	logOut()
	b.press("log in with what was removed", withKey)
	b.wait("a refusal", `document.body.innerText.includes("was not accepted")`)
	b.open(p.url("platform", "/dashboard"))
	b.mustBeAt(p.url("platform", "/login?next=%2Fdashboard"))
	if wrong := b.complaints(); len(wrong) > 0 {
		t.Errorf("the console says:\n%s", strings.Join(wrong, "\n"))
	}
}
