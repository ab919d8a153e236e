package platform

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
)

// dnsTimeout bounds a look into the DNS.
const dnsTimeout = 5 * time.Second

func (h *Handlers) domainAdd(c echo.Context) error {
	return h.businessWork(c, "The domain is noted. Set its TXT record, then check it.", func(id uuid.UUID) error {
		name, err := store.CheckDomainName(c.FormValue("domain"))
		if err != nil {
			return err
		}
		if _, ours := h.Sites.Split(name); ours {
			return &store.Error{Kind: store.Invalid, Field: "domain", Message: "This is an address of the platform; change the subdomain instead."}
		}
		return console.AddDomain(c.Request().Context(), h.DB, id, name)
	})
}

// domainCheck looks for the proof of a domain in the DNS.
func (h *Handlers) domainCheck(c echo.Context) error {
	name := c.FormValue("name")
	return h.businessWork(c, "The domain is proven and answers from now on.", func(id uuid.UUID) error {
		// Only a name that the business has is asked for.
		err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) error {
			_, err := console.CustomDomain(q, id, name)
			return err
		})
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(c.Request().Context(), dnsTimeout)
		defer cancel()
		found, err := h.Resolver().LookupTXT(ctx, console.DomainRecord+name)
		problem := dnsProblem(found, err)
		proven, err := console.DomainChecked(c.Request().Context(), h.DB, id, name, found, problem)
		if err == nil && !proven {
			return &store.Error{Kind: store.Invalid, Field: "check", Message: problem}
		}
		return err
	})
}

// dnsProblem says why a domain is not proven.
func dnsProblem(found []string, err error) string {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return "There is no such TXT record yet. New records can take an hour to be seen."
	case err != nil:
		return "The DNS did not answer. Try again in a moment."
	case len(found) == 0:
		return "There is no such TXT record yet. New records can take an hour to be seen."
	}
	return "There is a TXT record, but with another text."
}

func (h *Handlers) domainPrimary(c echo.Context) error {
	return h.businessWork(c, "This is the primary address now.", func(id uuid.UUID) error {
		return console.MakePrimary(c.Request().Context(), h.DB, id, c.FormValue("name"))
	})
}

func (h *Handlers) domainRemove(c echo.Context) error {
	return h.businessWork(c, "The domain is removed.", func(id uuid.UUID) error {
		return console.RemoveDomain(c.Request().Context(), h.DB, id, c.FormValue("name"))
	})
}
