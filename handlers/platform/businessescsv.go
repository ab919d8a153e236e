package platform

import (
	"fmt"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
)

// businessesCSV is exactly what the list shows, all its pages.
func (h *Handlers) businessesCSV(c echo.Context) error {
	query := web.ReadList(c, businessFilters)
	filter := businessFilter(query)
	filter.Page = store.Page{Number: 1, Size: web.CSVBatch}
	head := []string{"id", "name", "host", "plan", "status", "time_zone", "owner", "owner_email", "people", "appointments_30d", "mrr", "last_activity", "joined"}
	return web.CSV(c, "businesses.csv", head, func() (lines [][]string, more bool, err error) {
		err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) error {
			rows, info, err := q.Businesses(filter)
			for _, b := range rows {
				lines = append(lines, []string{b.ID.String(), b.Name, h.Sites.BusinessHost(b.Subdomain), b.Plan, b.Status, b.TimeZone, b.OwnerName, b.OwnerEmail,
					strconv.Itoa(b.PeopleCount), strconv.Itoa(b.Appointments30d), fmt.Sprintf("%d.%02d", b.MRRCents/100, b.MRRCents%100),
					b.LastActivityAt.UTC().Format(time.RFC3339), b.CreatedAt.UTC().Format(time.RFC3339)})
			}
			filter.Page.After, more = info.Last, info.More
			return err
		})
		return lines, more, err
	})
}
