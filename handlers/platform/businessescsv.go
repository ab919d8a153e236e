package platform

import (
	"fmt"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
)

// businessesCSV is what the list shows, all its pages, without its people: who
// owns a business and that person's address are in the list of users, which asks
// for a reason.
func (h *Handlers) businessesCSV(c echo.Context) error {
	query := web.ReadList(c, businessFilters)
	filter := h.businessFilter(query)
	filter.Page, filter.Exact = store.Page{Number: 1, Size: web.CSVBatch}, true
	return h.download(c, download{noun: "business", name: "businesses.csv",
		head: []string{"id", "name", "host", "plan", "status", "time_zone", "people", "appointments_30d", "mrr", "last_activity", "joined"},
		batch: func(q *store.PublicTx) (lines [][]string, info store.PageInfo, err error) {
			rows, info, err := console.Businesses(q, filter)
			for _, b := range rows {
				lines = append(lines, []string{b.ID.String(), b.Name, h.Sites.BusinessHost(b.Subdomain), b.Plan, b.Status, b.TimeZone,
					strconv.Itoa(b.PeopleCount), strconv.Itoa(b.Appointments30d), fmt.Sprintf("%d.%02d", b.MRRCents/100, b.MRRCents%100),
					b.LastActivityAt.UTC().Format(time.RFC3339), b.CreatedAt.UTC().Format(time.RFC3339)})
			}
			filter.Page.After = info.Last
			return lines, info, err
		}})
}
