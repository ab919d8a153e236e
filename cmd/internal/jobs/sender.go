package jobs

import (
	"context"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/views/mail"
)

// FromSettings lets the platform's settings name another sender than the
// configuration, and the platform itself, for all mails from then on.
func FromSettings(mailer Mailer, db *store.DB) Mailer { return &settingsMailer{mailer, db} }

type settingsMailer struct {
	Mailer
	db *store.DB
}

type senderKey struct{}

func (s *settingsMailer) Send(ctx context.Context, e Envelope, m mail.Message, ready func() error) error {
	settings, err := settings.Current(ctx, s.db)
	if err != nil {
		return err
	}
	return s.Mailer.Send(context.WithValue(ctx, senderKey{}, settings.MailFrom), e, m.Named(settings.PlatformName), ready)
}

// sender is who the settings name, or else the one configured.
func sender(ctx context.Context, configured string) string {
	if from, _ := ctx.Value(senderKey{}).(string); from != "" {
		return from
	}
	return configured
}
