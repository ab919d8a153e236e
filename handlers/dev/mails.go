package dev

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// mailSuffix ends the name of each written mail.
const mailSuffix = ".eml"

// maxMails is how many of the newest are listed.
const maxMails = 200

type message struct {
	ID, From, To, Subject string
	At                    time.Time
	Text, HTML            string
}

var linkPattern = regexp.MustCompile(`https?://[^\s<>"]+`)

// Links are the addresses in the text part.
func (m message) Links() []string { return linkPattern.FindAllString(m.Text, -1) }

// listMails reads the newest mails; names begin with the time, so they sort.
func listMails(dir string) ([]message, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*"+mailSuffix))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	slices.Reverse(names)
	var mails []message
	for _, name := range names[:min(len(names), maxMails)] {
		m, err := readMail(name)
		if err != nil {
			continue // being written, or not a mail
		}
		mails = append(mails, m)
	}
	return mails, nil
}

func readMail(path string) (message, error) {
	f, err := os.Open(path)
	if err != nil {
		return message{}, err
	}
	defer f.Close()
	raw, err := mail.ReadMessage(f)
	if err != nil {
		return message{}, err
	}
	decoder := new(mime.WordDecoder)
	header := func(name string) string {
		text, err := decoder.DecodeHeader(raw.Header.Get(name))
		if err != nil {
			return raw.Header.Get(name)
		}
		return text
	}
	m := message{ID: strings.TrimSuffix(filepath.Base(path), mailSuffix), From: header("From"), To: header("To"), Subject: header("Subject")}
	m.At, _ = raw.Header.Date()
	return m, m.readParts(raw)
}

func (m *message) readParts(raw *mail.Message) error {
	return m.readPart(raw.Header.Get("Content-Type"), decoded(raw.Header.Get("Content-Transfer-Encoding"), raw.Body))
}

// readPart reads a part and those inside it: files come around the two texts.
func (m *message) readPart(contentType string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(kind, "multipart/") {
		text, err := io.ReadAll(body)
		switch {
		case kind == "text/html" && m.HTML == "":
			m.HTML = string(text)
		case kind == "text/plain" && m.Text == "":
			m.Text = string(text)
		}
		return err
	}
	parts := multipart.NewReader(body, params["boundary"])
	for {
		part, err := parts.NextPart() // undoes quoted-printable by itself
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := m.readPart(part.Header.Get("Content-Type"), part); err != nil {
			return err
		}
	}
}

func decoded(encoding string, body io.Reader) io.Reader {
	if strings.EqualFold(encoding, "quoted-printable") {
		return quotedprintable.NewReader(body)
	}
	return body
}
