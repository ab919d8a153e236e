package seed

// demoBusiness is a line of the demo: who it is, where, and its story in days
// before now. The first of its people is the owner.
type demoBusiness struct {
	name, subdomain, zone, tongue, trade, accent string
	people                                       []string
	busy                                         float64 // density of its calendar
	story                                        []stage
	reason                                       string
}

const (
	free = "free"
	pro  = "professional"
	biz  = "business"
	ent  = "enterprise"

	trial     = "trial"
	active    = "active"
	suspended = "suspended"
	archived  = "archived"
)

func days(list ...stage) []stage { return list }

var demoBusinesses = []demoBusiness{
	{"Acme Auto Repair", "acme-auto", "America/Denver", "en", "garage", "#1d4ed8", []string{"Dana Whitfield", "Luis Ortega", "Sam Kowalski", "Priya Raman", "Tom Becker"}, 0.55,
		days(stage{421, trial, pro}, stage{408, active, pro}, stage{243, active, biz}), ""},
	{"O'Brien & Søn's Barbershop", "obrien-sons", "Europe/London", "gb", "barber", "#15803d", []string{"Aoife O'Brien", "Søren O'Brien", "Callum D'Arcy"}, 0.24,
		days(stage{398, trial, pro}, stage{385, active, pro}), ""},
	{"桜ヘアサロン", "sakura-hair", "Asia/Tokyo", "ja", "hair", "#be185d", []string{"佐藤 美咲", "鈴木 蓮", "高橋 葵"}, 0.26,
		days(stage{377, trial, pro}, stage{363, active, pro}, stage{190, active, biz}), ""},
	{"Zahnarztpraxis Müller-Grünwald", "zahnarzt-mueller", "Europe/Zurich", "de", "dental", "#0f766e", []string{"Franziska Müller-Grünwald", "Urs Brunner", "Käthe Weiß", "Reto Frei"}, 0.3,
		days(stage{352, trial, biz}, stage{339, active, biz}, stage{151, active, ent}), ""},
	{"عيادة ابتسامة القاهرة", "cairo-smile", "Africa/Cairo", "ar", "dental", "#0e7490", []string{"ليلى المصري", "أحمد حسن", "نور الشريف"}, 0.2,
		days(stage{331, trial, pro}, stage{318, active, pro}, stage{66, active, biz}), ""},
	{"מרכז פיזיותרפיה תל אביב", "tlv-physio", "Asia/Jerusalem", "he", "physio", "#334155", []string{"נועה כהן", "איתי לוי", "תמר שפירא"}, 0.22,
		days(stage{309, trial, pro}, stage{296, active, biz}, stage{84, active, pro}), ""},
	{"आरोग्य आयुर्वेद स्पा", "arogya-spa", "Asia/Kolkata", "hi", "spa", "#a16207", []string{"प्रिया शर्मा", "विवेक पटेल", "कविता नायर"}, 0.2,
		days(stage{288, trial, pro}, stage{275, active, biz}), ""},
	{"Οπτικά Αθηνά", "optika-athina", "Europe/Athens", "el", "optics", "#4f46e5", []string{"Αθηνά Παπαδόπουλος", "Γιώργος Βλάχος"}, 0.16,
		days(stage{262, trial, pro}, stage{249, active, pro}, stage{92, active, biz}), ""},
	{"Ветеринарна клиника „Добър лекар“", "dobar-lekar", "Europe/Sofia", "bg", "vet", "#c2410c", []string{"Елена Димитрова", "Петър Николов"}, 0.05,
		days(stage{240, trial, free}, stage{226, active, free}), ""},
	{"The Greater Bay Area Center for Sports Medicine, Physical Therapy, Hand Rehabilitation & Post-Operative Recovery, Inc.", "bay-area-rehab", "America/Los_Angeles", "en", "physio", "#7c3aed",
		[]string{"Dr. Alexandria Montgomery-Fitzgerald", "Wei Zhang", "Marisol Peña", "Owen Brandt"}, 0.32,
		days(stage{221, trial, ent}, stage{207, active, ent}), ""},
	{"Bondi Sun Yoga", "bondi-yoga", "Australia/Sydney", "en", "yoga", "#c2410c", []string{"Imogen Clarke", "Jarrah Nolan", "Mei Tan"}, 0.18,
		days(stage{188, trial, biz}, stage{175, active, biz}, stage{38, active, ent}), ""},
	{"Esmalteria São João", "esmalteria-sao-joao", "America/Sao_Paulo", "pt", "nails", "#9f1239", []string{"Conceição Araújo", "Débora Leão"}, 0.05,
		days(stage{164, trial, pro}, stage{150, active, pro}, stage{61, active, free}), ""},
	{"Brooklyn Ink & Needle", "brooklyn-ink", "America/New_York", "en", "tattoo", "#334155", []string{"Rosa D'Angelo", "Kofi Mensah", "Jude Park"}, 0.18,
		days(stage{133, trial, pro}, stage{120, active, pro}), ""},
	{"Peak Cycles", "peak-cycles", "America/Denver", "en", "bikes", "#15803d", []string{"Hank Ostrowski"}, 0.07,
		days(stage{97, trial, free}, stage{83, active, free}), ""},
	{"Maple Leaf Music School", "maple-music", "America/Toronto", "en", "music", "#b91c1c", []string{"Geneviève Roy", "Anil Kapoor", "Hannah Lindqvist"}, 0.25,
		days(stage{66, trial, pro}, stage{52, active, pro}, stage{19, active, biz}), ""},
	{"Pawfect Grooming", "pawfect-grooming", "America/Chicago", "en", "grooming", "#0e7490", []string{"Becky Lindgren", "Marcus Hill"}, 0.2, days(stage{11, trial, pro}), ""},
	{"Studio Lumière d'Été", "studio-lumiere", "Europe/Paris", "fr", "photo", "#a16207", []string{"Élodie Lefèvre", "Loïc Perrin"}, 0.15, days(stage{74, trial, pro}), ""},
	{"Nordisk Massage & Velvære", "nordisk-massage", "Europe/Copenhagen", "da", "spa", "#0f766e", []string{"Freja Nørgaard", "Asger Holm"}, 0.16, days(stage{43, trial, biz}), ""},
	{"神戸学習塾", "kobe-juku", "Asia/Tokyo", "ja", "tutoring", "#4f46e5", []string{"田中 健太", "中村 花子"}, 0.15, days(stage{5, trial, pro}), ""},
	{"حمّام الياسمين", "hammam-yasmine", "Africa/Casablanca", "ar", "spa", "#be185d", []string{"مريم البدوي", "كريم فؤاد"}, 0.12, days(stage{2, trial, free}), ""},
	{"QuickFix Tires", "quickfix-tires", "America/Phoenix", "en", "garage", "#b91c1c", []string{"Ray Dobbins", "Elena Cruz"}, 0.2,
		days(stage{276, trial, pro}, stage{262, active, pro}, stage{23, suspended, pro}), "Three invoices in a row were not paid."},
	{"Peluquería Begoña", "peluqueria-begona", "Europe/Madrid", "es", "hair", "#7c3aed", []string{"Begoña Ibáñez", "Raúl Castaño"}, 0.2,
		days(stage{204, trial, pro}, stage{190, active, pro}, stage{47, suspended, pro}), "The card's owner disputes the payments; waiting for the bank."},
	{"Lagos Lash Lounge", "lagos-lashes", "Africa/Lagos", "en", "nails", "#9f1239", []string{"Adaeze Okonkwo", "Tunde Bello"}, 0.15,
		days(stage{58, trial, free}, stage{44, active, free}, stage{9, suspended, free}), "Customers reported deposits taken for bookings that were never honoured."},
	{"Old Mill Pottery", "old-mill-pottery", "Europe/Dublin", "gb", "pottery", "#a16207", []string{"Niamh Fitzgerald", "Rhys Hughes"}, 0.12,
		days(stage{365, trial, pro}, stage{351, active, pro}, stage{71, archived, pro}), ""},
}
