package db

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// Sealer keeps what must be read again, and not from a copy of the database: it
// encrypts with a key from the configuration. The first key seals; the others
// open what was sealed before a rotation.
type Sealer struct {
	IDs   []string // public names of the keys
	boxes map[string]cipher.AEAD
}

// sealedMark begins what is sealed; what begins otherwise is from before.
const sealedMark = "v1."

var errNoKey = errors.New("store: there is no key to seal with, set SESSION_KEYS")

func newSealer(keys [][]byte) (Sealer, error) {
	s := Sealer{boxes: map[string]cipher.AEAD{}}
	for _, key := range keys {
		derived, err := hkdf.Key(sha256.New, key, nil, "smoothschedule second factors", 32)
		if err != nil {
			return s, fmt.Errorf("derive a key: %w", err)
		}
		block, err := aes.NewCipher(derived)
		if err != nil {
			return s, fmt.Errorf("derive a key: %w", err)
		}
		box, err := cipher.NewGCM(block)
		if err != nil {
			return s, fmt.Errorf("derive a key: %w", err)
		}
		sum := sha256.Sum256(derived)
		id := hex.EncodeToString(sum[:4])
		s.IDs, s.boxes[id] = append(s.IDs, id), box
	}
	return s, nil
}

// Seal hides a text; it opens again for the same owner alone, so that a row
// copied to another is worth nothing.
func (s Sealer) Seal(text, owner string) (string, error) {
	if len(s.IDs) == 0 {
		return "", errNoKey
	}
	box := s.boxes[s.IDs[0]]
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails, by its documentation
	return s.Current() + base64.RawStdEncoding.EncodeToString(box.Seal(nonce, nonce, []byte(text), []byte(owner))), nil
}

// Current begins all that the first key sealed.
func (s Sealer) Current() string {
	if len(s.IDs) == 0 {
		return sealedMark
	}
	return sealedMark + s.IDs[0] + "."
}

// Open returns the text; stale says that it should be sealed anew.
func (s Sealer) Open(sealed, owner string) (value string, stale bool, err error) {
	rest, found := strings.CutPrefix(sealed, sealedMark)
	if !found {
		return sealed, true, nil
	}
	id, data, _ := strings.Cut(rest, ".")
	box, known := s.boxes[id]
	raw, err := base64.RawStdEncoding.DecodeString(data)
	if !known || err != nil || len(raw) < box.NonceSize() {
		return "", false, fmt.Errorf("store: none of the SESSION_KEYS opens what key %q sealed", text.Truncate(id, 8))
	}
	plain, err := box.Open(nil, raw[:box.NonceSize()], raw[box.NonceSize():], []byte(owner))
	if err != nil {
		return "", false, fmt.Errorf("store: sealed with key %s for somebody else, or damaged", id)
	}
	return string(plain), !strings.HasPrefix(sealed, s.Current()), nil
}
