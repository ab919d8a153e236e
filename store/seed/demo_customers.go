package seed

import "time"

// remark writes down what the demo's garage says of itself and of its customers.
func (b *business) remark(now time.Time) {
	b.about = "Independent garage for all makes since 1998.\nBring your car in the morning, drive home in the evening."
	b.address = "214 Foundry Street\nDenver, CO 80216"
	b.phone = "+1 303 555 0142"
	for i := range b.customers {
		c := &b.customers[i]
		if i%4 == 0 {
			c.tags = append(c.tags, "regular")
		}
		if i%11 == 0 {
			c.tags = append(c.tags, "fleet")
		}
		switch i {
		case 2:
			c.note = "Prefers to be called, does not read mail."
		case 5:
			c.note = "Two cars: the grey wagon is the one with the leak."
		case 8:
			c.note, c.blocked = "Did not come three times in a row.", now.Add(-72*time.Hour)
		}
	}
}
