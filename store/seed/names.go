package seed

import (
	"fmt"
	"strings"

	"github.com/brianvoe/gofakeit/v7"
)

// people of one tongue: names and the country code of their telephones.
type tongue struct {
	first, last string // separated by spaces
	familyFirst bool
	phone       string
}

// tongues by code; "en" comes from gofakeit.
var tongues = map[string]tongue{
	"en": {phone: "+1 212 555"},
	"gb": {"Olivia Harry Aoife Ciarán Saoirse Alfie Niamh Poppy Rhys Freya Callum Imogen", "O'Brien O'Connor D'Arcy Smith-Jones Taylor MacLeod Hughes Wright Fitzgerald Patel Khan Davies", false, "+44 20 7946"},
	"de": {"Jürgen Anneliese Björn Käthe Günther Mareike Lukas Franziska Urs Heidi Reto Ursina", "Müller Grünwald Schäfer Weiß Bäumler Zürcher Köhler Hürlimann Brunner Vögeli Keller Frei", false, "+41 44 555"},
	"da": {"Søren Åse Mikkel Freja Jørgen Signe Bjørk Rasmus Maja Lærke Asger Ida", "Sørensen Ødegård Åkesson Kjær Nørgaard Holm Bjerregaard Lund Højgaard Møller Dahl Friis", false, "+45 33 55"},
	"fr": {"Zoé Élodie François Noël Chloé Jérôme Aïcha Thérèse Rémi Maëlle Loïc Inès", "Lefèvre Béranger D'Aubigné Garçon Hébert Noël Léger Martin Dubois Faure Perrin Gauthier", false, "+33 1 55 55"},
	"es": {"Íñigo Begoña Joaquín Nuria Álvaro Ximena Martín Lucía Andrés Belén Raúl Sofía", "Muñoz Ibáñez Núñez Peña Gutiérrez Ordóñez Vázquez Cañas León Ferrer Castaño Gil", false, "+34 91 555"},
	"pt": {"João Conceição Tânia Luís Inês Antônio Débora Flávio Simão Letícia Caetano Júlia", "Gonçalves Araújo Magalhães Conceição Simões Leão Brandão Falcão Assunção Souza Lima Rocha", false, "+55 11 5555"},
	"ja": {"さくら 陽翔 美咲 蓮 結衣 大翔 葵 悠真 凛 湊 花子 健太", "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田", true, "+81 3 5555"},
	"ar": {"فاطمة أحمد ليلى محمود نور يوسف مريم خالد سلمى عمر هدى كريم", "المصري حسن عبدالله الشريف إبراهيم النجار فؤاد سليمان الحداد منصور شاهين البدوي", false, "+20 2 5555"},
	"he": {"נועה איתי תמר יונתן שירה דוד מיכל אורי יעל עומר רבקה אלון", "כהן לוי מזרחי פרץ ביטון אברהם פרידמן שפירא אזולאי גולן ברק רוזן", false, "+972 3 555"},
	"hi": {"आरव प्रिया रोहन अनन्या विवेक दीपिका अर्जुन कविता संजय मीरा राहुल सुनीता", "शर्मा वर्मा गुप्ता सिंह पटेल अय्यर मिश्रा जोशी नायर चौधरी रेड्डी मेहता", false, "+91 22 5555"},
	"el": {"Αθηνά Γιώργος Ελένη Νίκος Μαρία Δημήτρης Κατερίνα Σπύρος Ιωάννα Χρήστος Ζωή Πέτρος", "Παπαδόπουλος Βλάχος Αγγελόπουλος Νικολαΐδης Γεωργίου Οικονόμου Καραγιάννης Μάκρης Ιωάννου Δήμου Λάμπρου Ρήγας", false, "+30 21 5555"},
	"bg": {"Иван Мария Георги Елена Димитър Десислава Петър Надежда Николай Юлия Стоян Ралица", "Иванов Петрова Георгиев Димитрова Николов Тодорова Стоянов Желев Щерев Цветков Янева Чолаков", false, "+359 2 555"},
}

// namer makes names of one tongue.
type namer struct {
	source
	tongue
	fake        *gofakeit.Faker
	first, last []string
}

func newNamer(s source, code string) namer {
	t := tongues[code]
	n := namer{source: s, tongue: t, first: strings.Fields(t.first), last: strings.Fields(t.last)}
	if len(n.first) == 0 {
		n.fake = gofakeit.NewFaker(s.Rand, false)
	}
	return n
}

func (n namer) name() string {
	if n.fake != nil {
		return n.fake.FirstName() + " " + n.fake.LastName()
	}
	first, last := pick(n.source, n.first), pick(n.source, n.last)
	if n.familyFirst {
		return last + " " + first
	}
	return first + " " + last
}

// email is the name as far as it is ASCII; number keeps it unique.
func (n namer) email(name string, number int) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z':
			b.WriteRune(r)
		case r == ' ':
			b.WriteByte('.')
		}
	}
	local := strings.Trim(b.String(), ".")
	if len(local) < 3 {
		local = "guest"
	}
	return fmt.Sprintf("%s%d@example.com", local, number)
}

func (k *booker) addCustomers(n namer, count int) {
	for i := len(k.customers); i < count; i++ {
		name := n.name()
		c := customer{name: name, phone: fmt.Sprintf("%s %04d", n.phone, n.IntN(10000))}
		// Some leave no address: a booking by telephone.
		if n.IntN(20) > 0 {
			c.email = n.email(name, i+1)
		}
		k.customers = append(k.customers, c)
	}
}
