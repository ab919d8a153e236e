package names

import "testing"

// TestS13_NamesAreNoLinks: what leads somewhere is refused or not greeted by, and
// people keep their names.
func TestS13_NamesAreNoLinks(t *testing.T) {
	for _, name := range []string{"http://evil.example", "HTTPS://EVIL.EXAMPLE", "You won, claim at http://prize.example/x1 now", "www.evil.example", "evil.com", "Win at prize.co.uk now",
		"t.me/win", "bit.ly/abc", "ｈｔｔｐ：／／evil.example", "evil。com", "ftp://x", "prize.example/x1", "evil\u200b.com", "https:evil", "shop.evil.com:8080/a"} {
		if !ContainsLink(name) || !LooksLikeLink(name) || Greetable(name) != "" {
			t.Errorf("%q is taken for a name", name)
		}
	}
	for _, name := range []string{"win@evil.example", "evil.example", "You won 500 $", "Call +1 900 555 0199", "You have been chosen out of a thousand people, call our office today and claim the prize"} {
		if Greetable(name) != "" {
			t.Errorf("somebody is greeted by %q", name)
		}
	}
	for _, name := range []string{"Dr. A. B. Smith-Jones", "J. R. R. Tolkien", "Mr.X", "St. John", "J.Smith", "Dr.Li", "A.Meier/B.Huber", "Anna Meier / Ben Huber", "Jean-Luc d'Été", "山田 太郎",
		"Åke Ö.", "Maria Rossi & Luca", "Business acme", "anna@example.com", "Studio 54", "O’Neil", "Garage 24/7", "Müller, Söhne & Co.", "Jr.", "Ng.Ho"} {
		if ContainsLink(name) {
			t.Errorf("%q is refused", name)
		}
	}
	for _, name := range []string{"Dr. A. B. Smith-Jones", "J. R. R. Tolkien", "Mr.X", "St. John", "Åke Ö.", "山田 太郎", "Studio 54", "Ada 2"} {
		if Greetable(name) != name {
			t.Errorf("nobody is greeted by %q", name)
		}
	}
}

// TestS13_NamesOfPeopleAndOfAddresses: how people and businesses write their names
// is taken; how addresses are hidden is refused, or nobody is greeted by it.
func TestS13_NamesOfPeopleAndOfAddresses(t *testing.T) {
	for _, name := range []string{
		"Dr. Meyer", "St. John", "J.R. Smith", "Müller & Co.", "A.B.C. Nails", "Café 7.30", "Smith.Jones", "Ann (née O'Neil)", "Salon No.1", "Node.js Dojo", "ASP.NET Club",
		"Prof.Dr.Li", "Anna.Kim", "Auto-Co.KG", "Dr. med. dent. Ng", "J. von Braun", "Anna/Ben", "Meier/Huber GbR", "50 % Hair", "Dot Cooper", "anna.me@example.com", "Nº 5", "Yoga@Home", "Hair.Studio",
	} {
		if ContainsLink(name) {
			t.Errorf("%q is refused", name)
		}
	}
	for _, name := range []string{"Dr. Meyer", "St. John", "J.R. Smith", "Müller & Co.", "A.B.C. Nails", "Café 7.30", "Ann (née O'Neil)", "Salon No.1", "Dr. med. dent. Ng", "J. von Braun", "Anna/Ben", "Meier / Huber", "50 % Hair", "Dot Cooper"} {
		if Greetable(name) != name {
			t.Errorf("nobody is greeted by %q", name)
		}
	}
	for _, name := range []string{
		"hxxp://prize.example", "hxxps:prize", "prize。example/x", "prize．example/x", "prize｡com", "www prize com", "WWW.PRIZE.EXAMPLE", "xn--80ak6aa92e.com", "xn--e1a4c", "t.me/xyz", "T.ME/xyz", "bit.ly/1",
		"evil.github.io", "prize%2Ecom", "prize.example%2Fx", "http%3A%2F%2Fprize.example", ".prize.com", "ann@prize.com/x", "Prize.Com", "EVIL.COM", "see PRIZE.RU/x", "a-b.com", "münchen.de",
	} {
		if !ContainsLink(name) {
			t.Errorf("%q is taken", name)
		}
	}
	for _, name := range []string{
		"prize .example/x", "prize. example/x", "prize . com", "prize[.]com", "prize(dot)com", "prize dot com", "user@evil.example", "user＠evil.example", "Prize.Ru", "t.co", "192.0.2.1", "HTTP evil", "100 €", "Prize.example",
	} {
		if Greetable(name) != "" {
			t.Errorf("somebody is greeted by %q", name)
		}
	}
}
