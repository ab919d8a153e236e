package seed

// trade is a kind of business: what it does, with whom and when.
type trade struct {
	noun      string
	staff     string // how its people are called on the calendar
	rooms     []string
	equipment []string
	week      week
	services  []service
}

const hour = 60

func each(days string, spans ...span) (w week) {
	for i, d := range days {
		if d != '-' {
			w[i] = spans
		}
	}
	return w
}

// Weekdays stand Sunday first; a hyphen is a closed day.
var (
	officeWeek = each("-mtwtf-", span{9 * hour, 13 * hour}, span{14 * hour, 18 * hour})
	shopWeek   = each("--twtfs", span{9 * hour, 18*hour + 30})
	longWeek   = each("smtwtfs", span{6 * hour, 22 * hour})
	dailyWeek  = each("smtwtfs", span{10 * hour, 20 * hour})
	eveWeek    = each("-mtwtfs", span{12 * hour, 20*hour + 30})
)

// svc reads: name, minutes, price in cents, buffers before and after, the kind
// of resource it takes beside a person.
func svc(name string, minutes, price, before, after int, needs string) service {
	return service{name: name, minutes: minutes, price: price, before: before, after: after, needs: needs}
}

var trades = map[string]trade{
	"garage": {"Auto Repair", "Mechanic", []string{"Bay 1", "Bay 2"}, []string{"Wheel alignment rig"}, longWeek, []service{
		svc("Oil change", 30, 6900, 0, 15, "ROOM"), svc("Tire rotation", 30, 4500, 0, 0, "ROOM"),
		svc("Brake inspection", 45, 5900, 0, 15, "ROOM"), svc("Brake pads, front axle", 90, 24900, 0, 15, "ROOM"),
		svc("State inspection", 30, 3700, 0, 0, ""), svc("Wheel alignment", 60, 11900, 15, 15, "EQUIPMENT"),
		svc("Battery test and replacement", 30, 18900, 0, 0, ""), svc("Engine diagnostics", 60, 12900, 0, 0, ""),
		svc("Air conditioning service", 75, 16900, 0, 15, "ROOM"), svc("Full service, 60,000 miles", 180, 48900, 0, 30, "ROOM")}},
	"barber": {"Barbershop", "Chair", nil, nil, shopWeek, []service{
		svc("Haircut", 30, 2800, 0, 5, ""), svc("Haircut and beard", 45, 3900, 0, 5, ""), svc("Hot towel shave", 30, 2600, 0, 5, ""),
		svc("Children's haircut", 20, 1800, 0, 5, ""), svc("Beard trim", 15, 1500, 0, 0, "")}},
	"hair": {"Hair Studio", "Stylist", nil, []string{"Colour station"}, shopWeek, []service{
		svc("Cut and blow-dry", 60, 6800, 0, 10, ""), svc("Full colour", 120, 14500, 0, 15, "EQUIPMENT"),
		svc("Highlights", 150, 18900, 0, 15, "EQUIPMENT"), svc("Fringe trim", 15, 1500, 0, 0, ""), svc("Wedding styling", 90, 16000, 15, 15, "")}},
	"dental": {"Dental Care", "Dentist", []string{"Treatment room 1", "Treatment room 2"}, []string{"X-ray"}, officeWeek, []service{
		svc("Check-up", 30, 9500, 0, 10, "ROOM"), svc("Cleaning by the hygienist", 60, 14500, 0, 10, "ROOM"),
		svc("Filling", 45, 22000, 0, 15, "ROOM"), svc("Root canal", 90, 68000, 0, 15, "ROOM"),
		svc("X-ray", 15, 6500, 0, 5, "EQUIPMENT"), svc("Whitening", 75, 39000, 0, 15, "ROOM")}},
	"physio": {"Physiotherapy", "Therapist", []string{"Gym", "Treatment room"}, nil, officeWeek, []service{
		svc("First assessment", 60, 11000, 0, 10, "ROOM"), svc("Physiotherapy", 30, 6500, 0, 5, "ROOM"),
		svc("Manual therapy", 45, 8500, 0, 5, "ROOM"), svc("Training plan review", 30, 5500, 0, 0, "")}},
	"spa": {"Day Spa", "Therapist", []string{"Lotus room", "Cedar room"}, nil, dailyWeek, []service{
		svc("Classic massage", 60, 7500, 5, 15, "ROOM"), svc("Hot stone massage", 90, 11500, 5, 15, "ROOM"),
		svc("Facial", 50, 6900, 0, 10, "ROOM"), svc("Herbal steam bath", 45, 4900, 0, 15, "ROOM"), svc("Couples' ritual", 120, 22000, 10, 20, "ROOM")}},
	"optics": {"Opticians", "Optometrist", nil, []string{"Refractor"}, shopWeek, []service{
		svc("Eye test", 30, 4000, 0, 5, "EQUIPMENT"), svc("Contact lens fitting", 45, 6000, 0, 5, "EQUIPMENT"), svc("Frame adjustment", 15, 0, 0, 0, "")}},
	"vet": {"Veterinary Clinic", "Vet", []string{"Examination room"}, nil, officeWeek, []service{
		svc("Consultation", 20, 5500, 0, 10, "ROOM"), svc("Vaccination", 15, 4500, 0, 5, "ROOM"),
		svc("Dental cleaning", 60, 21000, 0, 15, "ROOM"), svc("Nail clipping", 15, 1900, 0, 0, "")}},
	"yoga": {"Yoga Studio", "Teacher", []string{"Sun hall"}, nil, dailyWeek, []service{
		svc("Private class", 60, 8500, 0, 15, "ROOM"), svc("Breathing session", 45, 5500, 0, 15, "ROOM"), svc("Trial lesson", 30, 2000, 0, 0, "")}},
	"nails": {"Nail Bar", "Table", nil, nil, shopWeek, []service{
		svc("Manicure", 40, 3500, 0, 5, ""), svc("Pedicure", 50, 4500, 0, 10, ""), svc("Gel set", 75, 6500, 0, 10, ""), svc("Gel removal", 25, 1800, 0, 5, "")}},
	"tattoo": {"Tattoo Studio", "Artist", nil, nil, eveWeek, []service{
		svc("Consultation", 30, 0, 0, 0, ""), svc("Small piece", 90, 18000, 15, 15, ""), svc("Half-day session", 240, 52000, 15, 30, ""), svc("Touch-up", 45, 6000, 10, 15, "")}},
	"bikes": {"Bike Workshop", "Workbench", nil, nil, shopWeek, []service{
		svc("Tune-up", 60, 8500, 0, 0, ""), svc("Flat repair", 20, 1800, 0, 0, ""), svc("Brake bleed", 45, 5500, 0, 0, ""), svc("Bike fitting", 90, 15000, 0, 15, "")}},
	"music": {"Music School", "Teacher", []string{"Piano room"}, nil, eveWeek, []service{
		svc("Piano lesson", 45, 5200, 0, 0, "ROOM"), svc("Guitar lesson", 45, 4800, 0, 0, ""), svc("Singing lesson", 45, 5000, 0, 0, ""), svc("Trial lesson", 30, 2500, 0, 0, "")}},
	"grooming": {"Dog Grooming", "Groomer", nil, []string{"Bath tub"}, shopWeek, []service{
		svc("Bath and brush", 45, 4500, 0, 15, "EQUIPMENT"), svc("Full groom", 90, 8500, 0, 15, "EQUIPMENT"), svc("Nail trim", 15, 1500, 0, 5, "")}},
	"photo": {"Photo Studio", "Photographer", []string{"Daylight studio"}, nil, officeWeek, []service{
		svc("Passport photos", 15, 2500, 0, 0, ""), svc("Portrait session", 60, 16000, 15, 15, "ROOM"), svc("Family session", 90, 24000, 15, 15, "ROOM")}},
	"tutoring": {"Learning Center", "Tutor", nil, nil, eveWeek, []service{
		svc("Mathematics", 60, 4500, 0, 0, ""), svc("English", 60, 4500, 0, 0, ""), svc("Exam preparation", 90, 7500, 0, 0, ""), svc("First talk", 30, 0, 0, 0, "")}},
	"pottery": {"Pottery Studio", "Wheel", nil, []string{"Kiln"}, shopWeek, []service{
		svc("Throwing class", 120, 6500, 0, 15, ""), svc("Firing", 30, 2500, 0, 0, "EQUIPMENT"), svc("Taster hour", 60, 3500, 0, 15, "")}},
}

var accents = []string{"#4f46e5", "#0f766e", "#b91c1c", "#be185d", "#1d4ed8", "#7c3aed", "#a16207", "#15803d", "#c2410c", "#0e7490", "#334155", "#9f1239"}
