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
