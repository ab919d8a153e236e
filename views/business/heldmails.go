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
		return "Customers hear nothing of your changes until somebody sends these."
	}
	return "Support changed appointments. Customers hear nothing of it until you send these."
}
