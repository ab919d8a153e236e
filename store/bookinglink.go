package store

import (
	"encoding/base64"

	"github.com/google/uuid"
)

// BookingToken is the secret part of an appointment's link: which one, and the
// proof that the link was given out.
func BookingToken(id, secret uuid.UUID) string {
	return base64.RawURLEncoding.EncodeToString(append(append(make([]byte, 0, 32), id[:]...), secret[:]...))
}

// ParseBookingToken reads a token; what is none proves nothing.
func ParseBookingToken(token string) (Handle, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 32 || token != base64.RawURLEncoding.EncodeToString(raw) {
		return Handle{}, false
	}
	h := Handle{ID: uuid.UUID(raw[:16]), Secret: uuid.UUID(raw[16:])}
	return h, h.Secret != uuid.Nil
}
