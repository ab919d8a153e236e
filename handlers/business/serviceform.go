package business

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// maxSets bounds the sets of a service.
const maxSets = 5

// bindService reads the form and says what is wrong with it, by field.
func bindService(c echo.Context) (business.ServiceInput, catalog.Service, map[string]string, error) {
	values, err := formValues(c)
	if err != nil {
		return business.ServiceInput{}, catalog.Service{}, nil, err
	}
	in := business.ServiceInput{
		Name: text(c, "name"), Description: text(c, "description"), Duration: text(c, "duration_minutes"), Price: text(c, "price"),
		Before: orZero(text(c, "buffer_before_minutes")), After: orZero(text(c, "buffer_after_minutes")), Status: c.FormValue("status"),
		Notice: text(c, "notice"), NoticeUnit: c.FormValue("notice_unit"), Horizon: text(c, "horizon_days"), Step: text(c, "step_minutes"),
		Party: text(c, "max_party"), OwnReminders: c.FormValue("own_reminders") != "", Reminders: text(c, "reminder_hours"),
	}
	if in.Party == "" {
		in.Party = "1"
	}
	if in.Status == "" {
		in.Status = "shown"
	}
	errs := map[string]string{}
	web.CheckText(errs, "name", in.Name, 1, 120, "Give the service a name.")
	web.CheckText(errs, "description", in.Description, 0, 300, "")
	if !slices.Contains(catalog.ServiceStatuses, in.Status) {
		errs["status"] = "Choose who can book it."
	}
	s := catalog.Service{
		Name: in.Name, Description: in.Description, IsHidden: in.Status == "hidden", IsActive: in.Status != "disabled",
		DurationMinutes: number(errs, "duration_minutes", in.Duration, 5, 1440), PriceCents: price(errs, "price", in.Price),
		BufferBeforeMinutes: number(errs, "buffer_before_minutes", in.Before, 0, 480), BufferAfterMinutes: number(errs, "buffer_after_minutes", in.After, 0, 480),
		NoticeMinutes: notice(errs, in.Notice, in.NoticeUnit), HorizonDays: optionalNumber(errs, "horizon_days", in.Horizon, 1, 730),
		StepMinutes: optionalNumber(errs, "step_minutes", in.Step, 5, 480), MaxParty: number(errs, "max_party", in.Party, 1, 500),
	}
	if in.OwnReminders {
		hours := reminderHours(errs, in.Reminders)
		s.ReminderHours = &hours
	}
	if values.Get("with_sets") != "" {
		in.Sets = [][]string{}
		for i := range maxSets {
			var ids []uuid.UUID
			for _, value := range values["set_"+strconv.Itoa(i+1)] {
				if id, err := uuid.Parse(value); err == nil && !slices.Contains(ids, id) && len(ids) < 500 {
					ids = append(ids, id)
				}
			}
			if len(ids) > 0 {
				in.Sets, s.Sets = append(in.Sets, idTexts(ids)), append(s.Sets, ids)
			}
		}
	}
	return in, s, errs, nil
}

func orZero(text string) string {
	if text == "" {
		return "0"
	}
	return text
}

func idTexts(ids []uuid.UUID) []string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	return texts
}

// serviceForm is what the form's page is made of: stored says to show the
// service as it is, fresh a new one.
type serviceForm struct {
	id            uuid.UUID
	in            business.ServiceInput
	errs          map[string]string
	stored, fresh bool
	confirm       string
	confirmError  string
}

func (h *Handlers) serviceForm(c echo.Context, status int, f serviceForm) error {
	var s catalog.Service
	var resources []catalog.Resource
	var policies catalog.Policies
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		if f.id != uuid.Nil {
			if s, err = catalog.ReadService(q, f.id); err != nil {
				return err
			}
		}
		if resources, err = catalog.AllResources(q); err != nil {
			return err
		}
		policies, err = catalog.ReadPolicies(q)
		return err
	})
	if err != nil {
		return err
	}
	if f.stored {
		f.in = serviceInput(s)
	}
	if f.fresh {
		f.in.Sets = [][]string{activePeople(resources)}
	}
	p := business.ServiceFormProps{Title: "New service", Seen: web.SeenAgain(c, urls.Service(f.id.String())), In: f.in, Errors: f.errs, Policies: policiesText(policies), Sets: serviceSets(f.in.Sets, resources),
		CanManage: mayManage(c, access.ServicesManage), CanDelete: mayDelete(c, access.ServicesManage), ConfirmName: f.confirm, ConfirmError: f.confirmError}
	if f.id != uuid.Nil {
		p.ID, p.Title = s.ID.String(), s.Name
	}
	if f.stored {
		p.Seen = web.Seen(serviceAnswers(s))
	}
	p.Seen = p.Seen.Named(resourceNames(resources))
	return h.Render(c, status, web.View{Title: p.Title, Body: business.ServiceEdit(p)})
}

// resourceNames are the names by id.
func resourceNames(resources []catalog.Resource) map[string]string {
	names := make(map[string]string, len(resources))
	for _, r := range resources {
		names[r.ID.String()] = r.Name
	}
	return names
}

func serviceInput(s catalog.Service) business.ServiceInput {
	in := business.ServiceInput{Name: s.Name, Description: s.Description, Duration: strconv.Itoa(s.DurationMinutes), Price: priceText(s.PriceCents),
		Before: strconv.Itoa(s.BufferBeforeMinutes), After: strconv.Itoa(s.BufferAfterMinutes), Status: s.Status(), NoticeUnit: "hours",
		Horizon: optionalText(s.HorizonDays), Step: optionalText(s.StepMinutes), Party: strconv.Itoa(max(1, s.MaxParty))}
	if s.ReminderHours != nil {
		in.OwnReminders, in.Reminders = true, *s.ReminderHours
	}
	if s.NoticeMinutes != nil {
		in.Notice, in.NoticeUnit = noticeText(*s.NoticeMinutes)
	}
	for _, set := range s.Sets {
		in.Sets = append(in.Sets, idTexts(set))
	}
	return in
}

func optionalText(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func activePeople(resources []catalog.Resource) (ids []string) {
	for _, r := range resources {
		if r.Kind == "STAFF" && r.IsActive {
			ids = append(ids, r.ID.String())
		}
	}
	return ids
}

// serviceSets are the sets as they are, and a spare one.
func serviceSets(chosen [][]string, resources []catalog.Resource) []business.ServiceSet {
	if len(resources) == 0 {
		return nil
	}
	var sets []business.ServiceSet
	for i := range min(len(chosen)+1, maxSets) {
		set := business.ServiceSet{Name: "set_" + strconv.Itoa(i+1), Legend: "One of these", Spare: i == len(chosen) && i > 0}
		if i > 0 {
			set.Legend = "and one of these"
		}
		if set.Spare {
			set.Legend = "Takes something else besides"
		}
		for _, r := range resources {
			checked := i < len(chosen) && slices.Contains(chosen[i], r.ID.String())
			if !r.IsActive && !checked {
				continue
			}
			label := fmt.Sprintf("%s (%s)", r.Name, kindWord(r.Kind))
			if !r.IsActive {
				label = fmt.Sprintf("%s (%s, disabled)", r.Name, kindWord(r.Kind))
			}
			set.Choices = append(set.Choices, business.Choice{Value: r.ID.String(), Label: label, Checked: checked})
		}
		sets = append(sets, set)
	}
	return sets
}

func kindWord(kind string) string {
	return map[string]string{"STAFF": "person", "ROOM": "room", "EQUIPMENT": "equipment"}[kind]
}

func policiesText(p catalog.Policies) string {
	value, unit := noticeText(p.NoticeMinutes)
	return fmt.Sprintf("What is empty follows the settings: %s %s notice, %d days ahead, a start every %d minutes.", value, strings.TrimSuffix(unit, plural(value)), p.HorizonDays, p.StepMinutes)
}

// plural is what a unit loses for one of it.
func plural(n string) string {
	if n == "1" {
		return "s"
	}
	return ""
}

// message is what a store error says to users.
func message(err error) string {
	var known *store.Error
	if errors.As(err, &known) {
		return known.Message
	}
	return ""
}
