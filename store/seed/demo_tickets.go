package seed

// demoTicket is a line of the support desk. A message that begins with a name of
// the staff ("support", "manager", "superuser") and a colon is theirs; others are the owner's.
type demoTicket struct {
	subdomain, subject, status, priority, assignee string
	hoursAgo                                       int
	messages                                       []string
}

var demoTickets = []demoTicket{
	{"acme-auto", "Two bays show as one on the tablet", "open", "high", "", 3, []string{"Since this morning the tablet at the desk shows Bay 1 and Bay 2 in one column. The schedule on my phone is fine."}},
	{"cairo-smile", "Reminder mails go out in the wrong hour", "open", "critical", "", 6, []string{"Patients get the reminder at 3 in the morning. We changed the clocks last month; could that be it?"}},
	{"obrien-sons", "Can't add a fourth chair", "open", "medium", "", 20, []string{"It says we've reached our plan's limit, but we've only got three people on it. What's counted?"}},
	{"zahnarzt-mueller", "Invoice needs our VAT number", "in_progress", "medium", "support", 52, []string{"Please put CHE-123.456.789 on the invoices from now on.", "support: Gladly. I have asked accounting to add it; the next invoice will carry it."}},
	{"bay-area-rehab", "Import 4,000 patients from our old system", "in_progress", "high", "support", 97, []string{"We have a CSV with names, e-mails and phones. How do we bring them in?", "support: Could you send us ten lines of it, with made-up names?", "Here they are. The third column is the mobile number."}},
	{"sakura-hair", "予約ページの色を変えたい", "waiting", "low", "support", 120, []string{"予約ページの色をピンクに変えられますか。", "support: はい、設定の「ブランド」で変更できます。お試しいただけましたか。"}},
	{"quickfix-tires", "When do we get back online?", "waiting", "high", "manager", 200, []string{"We paid on Friday. Our customers can't book.", "manager: The payment hasn't reached us yet. Could you send the bank's confirmation?"}},
	{"tlv-physio", "Downgraded by mistake?", "resolved", "medium", "support", 900, []string{"We moved to Professional; will the third therapist keep her calendar?", "support: Yes, nothing is deleted. Professional has room for five people and ten resources.", "Thank you!"}},
	{"brooklyn-ink", "Half-day sessions overlap lunch", "resolved", "low", "support", 1300, []string{"Can a service be kept out of the lunch hour?", "support: Split the opening hours in two; bookings then never cross the gap."}},
	{"maple-music", "Charged twice in the first month", "closed", "high", "manager", 1000, []string{"There are two charges of $29 on our card.", "manager: One was an authorisation and has been released. Sorry for the fright.", "It is gone, thanks."}},
	{"arogya-spa", "Prices in rupees", "closed", "low", "support", 2100, []string{"Can the booking page show rupees?", "support: Not yet: one currency for the whole platform. I have noted your vote."}},
	{"old-mill-pottery", "Closing our account", "closed", "medium", "manager", 1800, []string{"We are closing the studio at the end of the month. How do we get our data?", "manager: I'm sorry to hear it. Your export is ready under Settings; we archive the account afterwards.", "Got it. Thanks for the years."}},
	{"peluqueria-begona", "Our page says 503", "open", "critical", "", 30, []string{"Nobody can book and we have a full week ahead. Please help!"}},
}
