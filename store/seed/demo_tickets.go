package seed

// demoTicket is a line of the support desk. A message that begins with a name of
// the staff ("support", "manager", "superuser") and a colon is theirs; one that
// begins with "note" and such a name is for colleagues; others are the owner's.
type demoTicket struct {
	subdomain, subject, status, priority, assignee string
	hoursAgo                                       int
	messages                                       []string
}

var demoTickets = []demoTicket{
	{"acme-auto", "Two bays show as one on the tablet", "open", "high", "", 3, []string{"Since this morning the tablet at the desk shows Bay 1 and Bay 2 in one column. The schedule on my phone is fine."}},
	{"acme-auto", "Customers get two confirmations", "in_progress", "medium", "support", 31, []string{
		"Since yesterday customers tell us that every booking is confirmed twice. Here is one of them: Jordan Meyer, 10:40 this morning.",
		"support: Thank you, I can see both mails for that booking. I'm looking into why the second one is sent.",
		"note support: Both mails have the same job id; looks like a retry after a timeout of the mail server.",
		"note manager: Right, the relay was slow between 10:00 and 11:00. Tell them it is over and apologise.",
		"It happened again at noon, by the way."}},
	{"acme-auto", "Export of last year's appointments", "resolved", "low", "support", 410, []string{
		"Our accountant needs all appointments of last year as a table. Is there a way?",
		"support: Yes: open Appointments, give the days under “Download as CSV”, from the first of January on, and press Download.",
		"Found it, works. Thanks!"}},
	{"acme-auto", "Can mechanics see prices?", "closed", "low", "support", 1500, []string{
		"We'd rather not show prices to the mechanics. Can that be switched off?",
		"support: Not yet. Staff see the prices of services on their own schedule; I have noted your wish.",
		"note support: Third request for this; worth telling the product team."}},
	{"acme-auto", "Add a second address", "waiting", "low", "manager", 75, []string{
		"From January we also have a shop on Mill Road. Do we need a second account?",
		"manager: One account is enough for one team. Do the two shops share their mechanics?"}},
	{"cairo-smile", "Reminder mails go out in the wrong hour", "open", "critical", "", 6, []string{"Patients get the reminder at 3 in the morning. We changed the clocks last month; could that be it?"}},
	{"obrien-sons", "Can't add a fourth chair", "open", "medium", "", 20, []string{"It says we've reached our plan's limit, but we've only got three people on it. What's counted?"}},
	{"zahnarzt-mueller", "Invoice needs our VAT number", "in_progress", "medium", "support", 52, []string{"Please put CHE-123.456.789 on the invoices from now on.", "support: Gladly. I have asked accounting to add it; the next invoice will carry it."}},
	{"bay-area-rehab", "Import 4,000 patients from our old system", "in_progress", "high", "support", 97, []string{"We have a CSV with names, e-mails and phones. How do we bring them in?", "support: Could you send us ten lines of it, with made-up names?", "note support: Enterprise, goes live on Monday. Please answer quickly if I'm out.", "Here they are. The third column is the mobile number."}},
	{"sakura-hair", "予約ページの色を変えたい", "waiting", "low", "support", 120, []string{"予約ページの色をピンクに変えられますか。", "support: はい、設定の「ブランド」で変更できます。お試しいただけましたか。"}},
	{"quickfix-tires", "When do we get back online?", "waiting", "high", "manager", 200, []string{"We paid on Friday. Our customers can't book.", "manager: The payment hasn't reached us yet. Could you send the bank's confirmation?"}},
	{"tlv-physio", "Downgraded by mistake?", "resolved", "medium", "support", 900, []string{"We moved to Professional; will the third therapist keep her calendar?", "support: Yes, nothing is deleted. Professional has room for five people and ten resources.", "Thank you!"}},
	{"brooklyn-ink", "Half-day sessions overlap lunch", "resolved", "low", "support", 1300, []string{"Can a service be kept out of the lunch hour?", "support: Split the opening hours in two; bookings then never cross the gap."}},
	{"maple-music", "Charged twice in the first month", "closed", "high", "manager", 1000, []string{"There are two charges of $29 on our card.", "manager: One was an authorisation and has been released. Sorry for the fright.", "It is gone, thanks."}},
	{"arogya-spa", "Prices in rupees", "closed", "low", "support", 2100, []string{"Can the booking page show rupees?", "support: Not yet: one currency for the whole platform. I have noted your vote."}},
	{"old-mill-pottery", "Closing our account", "closed", "medium", "manager", 1800, []string{"We are closing the studio at the end of the month. How do we get our data?", "manager: I'm sorry to hear it. You can download everything under Settings, Export; we archive the account afterwards.", "Got it. Thanks for the years."}},
	{"bondi-yoga", "Waiting list for full classes", "open", "low", "", 49, []string{"Our Saturday class is always full. Could people put themselves on a waiting list?"}},
	{"peak-cycles", "Reply-to address of the reminders", "open", "medium", "support", 15, []string{"When customers answer a reminder it comes back as undeliverable. Can replies go to hank@peak-cycles.test?"}},
	{"studio-lumiere", "Le lien de réservation ne marche pas sur Instagram", "open", "high", "", 9, []string{"Quand on ouvre le lien depuis Instagram, la page reste blanche. Dans Safari tout va bien."}},
	{"nordisk-massage", "Trial ends before our opening", "waiting", "medium", "manager", 60, []string{"We only open on the first of the month. Could the trial be a little longer?", "note manager: Nice place, give them two weeks.", "manager: Of course. I have extended it by two weeks; is the first of the month certain?"}},
	{"dobar-lekar", "Two vets, one calendar", "resolved", "medium", "support", 230, []string{"We both see only the first vet's appointments.", "support: The second vet had no working hours yet. I've sent you the page where they are set.", "Now we see both."}},
	{"peluqueria-begona", "Our page says 503", "open", "critical", "", 30, []string{"Nobody can book and we have a full week ahead. Please help!"}},
}
