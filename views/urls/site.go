package urls

import "net/url"

// Patterns of the apex host and of a new business's entrance.
const (
	SignUpConfirmPattern = "/signup/confirm/:token"
	WelcomePattern       = "/welcome/:code"
)

// SignUp is the form for a new business (GET) and its POST.
func SignUp() string { return "/signup" }

// SignUpPlan is the form with a plan chosen.
func SignUpPlan(plan string) string { return WithQuery(SignUp(), "plan", plan) }

// SignUpAddress says whether a subdomain is free, while it is typed.
func SignUpAddress() string { return "/signup/address" }

// SignUpSent says that a mail is on its way.
func SignUpSent() string { return "/signup/sent" }

// FindSent is SignUpSent for Find.
func FindSent() string { return "/find/sent" }

// SignUpConfirm is behind the mailed link: GET shows, POST opens the business.
func SignUpConfirm(token string) string { return "/signup/confirm/" + url.PathEscape(token) }

// Find asks for the e-mail address to which the list of businesses is mailed.
func Find() string { return "/find" }

// Welcome lets the owner into a new business: GET shows one button, POST spends
// the code.
func Welcome(code string) string { return "/welcome/" + url.PathEscape(code) }

// ChecklistDismiss takes a POST.
func ChecklistDismiss() string { return "/checklist/dismiss" }
