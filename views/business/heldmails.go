package business

import "github.com/smoothschedule/smoothschedule/views/ui"

// HeldMail is a mail to a customer that waits because support caused it.
type HeldMail struct {
	ID, Kind    string
	To, Email   string
	Actor       string // of the platform
	Appointment ui.Time
	Made, Due   ui.Time
}

// HeldMailsProps lists them; Own says that the viewer is the one who caused them.
type HeldMailsProps struct {
	Mails []HeldMail
	Own   bool
}

func (p HeldMailsProps) sub() string {
	if p.Own {
		return "Customers hear nothing of your changes until somebody of the business sends these."
	}
	return "Support did something in your name. Customers hear nothing of it until you send these."
}

func (m HeldMail) address() string {
	if m.Email == "" {
		return ""
	}
	return "(" + m.Email + ")"
}
