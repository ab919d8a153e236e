package catalog

import (
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// Horizon is how many days ahead customers can book a service.
func (p Policies) Horizon(s Service) int { return text.Or(s.HorizonDays, p.HorizonDays) }
