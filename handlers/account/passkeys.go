package account

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/views/account"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// relyingParty is the platform's host itself, not the base domain: a business's
// site, a sibling, can't ask for the passkeys of staff.
func (h *Handlers) relyingParty(c echo.Context) (*webauthn.WebAuthn, error) {
	base := h.Sites.Bases[0]
	host := strings.ToLower(c.Request().Host)
	for _, b := range h.Sites.Bases {
		if name, _, _ := strings.Cut(host, ":"); name == "platform."+b {
			base = b
		}
	}
	return webauthn.New(&webauthn.Config{
		RPID: "platform." + base, RPDisplayName: "SmoothSchedule",
		RPOrigins: []string{h.Sites.Scheme + "://platform." + base + h.Sites.Port},
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:      protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired, // it stands for password and code
		},
	})
}

// keyHolder is a person as the library knows one.
type keyHolder struct {
	store.Person
	keys []webauthn.Credential
}

func (k *keyHolder) WebAuthnID() []byte                         { return k.ID[:] }
func (k *keyHolder) WebAuthnName() string                       { return k.Email }
func (k *keyHolder) WebAuthnDisplayName() string                { return k.Name }
func (k *keyHolder) WebAuthnCredentials() []webauthn.Credential { return k.keys }

func (h *Handlers) keyHolder(c echo.Context, id uuid.UUID) (*keyHolder, error) {
	person, stored, err := identity.PasskeysOf(c.Request().Context(), h.DB, id)
	if err != nil {
		return nil, err
	}
	holder := &keyHolder{Person: person}
	for _, text := range stored {
		var key webauthn.Credential
		if err := json.Unmarshal([]byte(text), &key); err != nil {
			return nil, err
		}
		holder.keys = append(holder.keys, key)
	}
	return holder, nil
}

func (h *Handlers) passkeyOptions(c echo.Context) error {
	rp, err := h.relyingParty(c)
	if err != nil {
		return err
	}
	who := web.Principal(c)
	holder, err := h.keyHolder(c, who.Actor.ID)
	if err != nil {
		return err
	}
	creation, session, err := rp.BeginRegistration(holder, webauthn.WithExclusions(webauthn.Credentials(holder.keys).CredentialDescriptors()))
	if err != nil {
		return err
	}
	data, err := json.Marshal(session)
	if err != nil {
		return err
	}
	step, err := identity.BeginPasskey(c.Request().Context(), h.DB, who, string(data))
	if err != nil {
		return err
	}
	h.SetStep(c, step)
	return c.JSON(http.StatusOK, creation)
}

func (h *Handlers) passkeyCreate(c echo.Context) error {
	p := account.FactorsProps{NewName: strings.TrimSpace(c.FormValue("name"))}
	errs := map[string]string{}
	web.CheckText(errs, "name", p.NewName, 1, 60, "Give the passkey a name.")
	if c.FormValue("credential") == "" {
		errs["credential"] = "The browser sent no passkey. Try again."
	}
	if err := h.proved(c, errs); err != nil {
		return err
	}
	if len(errs) > 0 {
		return h.factorsFailed(c, "passkey", p, errs)
	}
	who, ctx := web.Principal(c), c.Request().Context()
	key, err := h.newPasskey(c)
	if errs := store.FieldErrors(err); errs != nil {
		return h.factorsFailed(c, "passkey", p, errs)
	}
	if err != nil {
		return err
	}
	text, err := json.Marshal(key)
	if err != nil {
		return err
	}
	codes, err := identity.AddPasskey(ctx, h.DB, who, identity.NewPasskey{CredentialID: key.ID, Credential: string(text), Name: p.NewName}, web.Client(c))
	if errs := store.FieldErrors(err); errs != nil {
		return h.factorsFailed(c, "passkey", p, errs)
	}
	if err != nil {
		return err
	}
	return h.afterFactor(c, codes, "The passkey “"+p.NewName+"” is registered.")
}

// errPasskey is what a browser's answer that can't be taken comes to.
func errPasskey() error {
	return &store.Error{Kind: store.Invalid, Field: "credential", Message: "The passkey was not accepted. Try again."}
}

// newPasskey checks the browser's answer against the challenge that it was given.
func (h *Handlers) newPasskey(c echo.Context) (*webauthn.Credential, error) {
	rp, err := h.relyingParty(c)
	if err != nil {
		return nil, err
	}
	who := web.Principal(c)
	data, err := identity.TakePasskeyStep(c.Request().Context(), h.DB, who, h.Step(c))
	h.ClearStep(c)
	if store.KindOf(err) == store.NotFound {
		return nil, errPasskey()
	}
	if err != nil {
		return nil, err
	}
	var session webauthn.SessionData
	if err := json.Unmarshal([]byte(data), &session); err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(c.FormValue("credential")))
	if err != nil {
		return nil, errPasskey()
	}
	holder, err := h.keyHolder(c, who.Actor.ID)
	if err != nil {
		return nil, err
	}
	key, err := rp.CreateCredential(holder, session, parsed)
	if err != nil {
		return nil, errPasskey()
	}
	return key, nil
}

func (h *Handlers) passkeyRename(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	name := strings.TrimSpace(c.FormValue("name"))
	errs := map[string]string{}
	if web.CheckText(errs, "name", name, 1, 60, "Give the passkey a name."); len(errs) > 0 {
		return h.factorsFailed(c, "rename-"+id.String(), account.FactorsProps{}, errs)
	}
	err = identity.RenamePasskey(web.IfSeen(c, passkeyAnswers, store.PasskeyName(name)), h.DB, web.Principal(c), id, name)
	if errs = store.FieldErrors(err); errs != nil {
		return h.factorsFailed(c, "rename-"+id.String(), account.FactorsProps{}, errs)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", "The passkey is renamed.")
	return web.Redirect(c, urls.SecondFactor())
}

func (h *Handlers) passkeyRemove(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	errs := map[string]string{}
	if err := h.proved(c, errs); err != nil {
		return err
	}
	if len(errs) > 0 {
		return h.factorsFailed(c, "passkey-"+id.String(), account.FactorsProps{}, errs)
	}
	if err := identity.RemovePasskey(c.Request().Context(), h.DB, web.Principal(c), id, web.Client(c)); err != nil {
		return err
	}
	h.Flash(c, "success", "The passkey is removed.")
	return web.Redirect(c, urls.SecondFactor())
}

func (h *Handlers) passkeyLoginOptions(c echo.Context) error {
	rp, err := h.relyingParty(c)
	if err != nil {
		return err
	}
	assertion, session, err := rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return err
	}
	data, err := json.Marshal(session)
	if err != nil {
		return err
	}
	step, err := identity.BeginPasskeyLogin(c.Request().Context(), h.DB, string(data), web.Client(c))
	if err != nil {
		return err
	}
	// A password that was right already keeps its step: the passkey replaces it.
	h.SetStep(c, step)
	return c.JSON(http.StatusOK, assertion)
}

// passkeyLogin needs neither password nor code: the passkey is something that
// one has, and the device asks for what one knows or is.
func (h *Handlers) passkeyLogin(c echo.Context) error {
	holder, key, err := h.passkeyHolder(c)
	if store.KindOf(err) == store.Invalid || store.KindOf(err) == store.NotFound {
		p := account.LoginProps{Next: web.LocalPath(c.FormValue("next"), ""), PasskeyFailed: true}
		return h.loginForm(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	text, err := json.Marshal(key)
	if err != nil {
		return err
	}
	token, who, err := identity.LoginWithPasskey(c.Request().Context(), h.DB, holder.Person, key.ID, string(text), web.Client(c))
	if err != nil {
		return err
	}
	return h.enter(c, token, who, c.FormValue("next"))
}

func (h *Handlers) passkeyHolder(c echo.Context) (*keyHolder, *webauthn.Credential, error) {
	rp, err := h.relyingParty(c)
	if err != nil {
		return nil, nil, err
	}
	data, err := identity.TakePasskeyLogin(c.Request().Context(), h.DB, h.Step(c))
	h.ClearStep(c)
	if err != nil {
		return nil, nil, err
	}
	var session webauthn.SessionData
	if err := json.Unmarshal([]byte(data), &session); err != nil {
		return nil, nil, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(c.FormValue("credential")))
	if err != nil {
		return nil, nil, errPasskey()
	}
	var failed error // of the database: not the visitor's fault
	user, key, err := rp.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		id, err := uuid.FromBytes(handle)
		if err != nil {
			return nil, err
		}
		holder, err := h.keyHolder(c, id)
		if err != nil && store.KindOf(err) != store.NotFound {
			failed = err
		}
		return holder, err
	}, session, parsed)
	if failed != nil {
		return nil, nil, failed
	}
	holder, ok := user.(*keyHolder)
	// A counter that goes back is a copy of the key.
	if err != nil || !ok || key.Authenticator.CloneWarning {
		return nil, nil, errors.Join(errPasskey(), err)
	}
	return holder, key, nil
}
