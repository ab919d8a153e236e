package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Pasted is what a search is for when somebody pasted an address into it: of a
// page of the console the id or number in it, of a business's page its
// subdomain or domain. Anything else stays as it is.
func (s Sites) Pasted(text string) string {
	address := strings.TrimSpace(text)
	_, rest, isURL := strings.Cut(address, "://")
	if !isURL {
		rest = address
	}
	host, path := rest, ""
	if at := strings.IndexAny(rest, "/?#"); at >= 0 {
		host, path = rest[:at], rest[at:]
	}
	if host == "" || strings.ContainsAny(address, " \t@,") || !isURL && !strings.ContainsAny(host, ".:") {
		return text
	}
	label, ours := s.Split(host)
	switch {
	case !ours && (isURL || path != ""):
		return HostName(host)
	case !ours || label == "":
		return text
	case label == "platform":
		if u, err := url.Parse(path); err == nil {
			parts := strings.Split(u.Path, "/")
			slices.Reverse(parts)
			for _, part := range parts {
				if _, err := uuid.Parse(part); err == nil {
					return part
				}
				if _, err := strconv.Atoi(part); err == nil {
					return part
				}
			}
		}
		return text
	}
	return label
}
