package urls

import "net/url"

// Patterns of the routes of people and staff that have a parameter.
const (
	UserPattern           = "/users/:id"
	UserEditPattern       = "/users/:id/edit"
	UserRolePattern       = "/users/:id/role"
	UserDisablePattern    = "/users/:id/disable"
	UserEnablePattern     = "/users/:id/enable"
	UserResetPattern      = "/users/:id/reset"
	UserInvitePattern     = "/users/:id/invite"
	UserFactorsPattern    = "/users/:id/second-factor/reset"
	UserSessionsPattern   = "/users/:id/sessions/end"
	UserSessionEndPattern = "/users/:id/sessions/:session/end"
)

// Users is the directory of everyone; a POST to it invites somebody to a business.
func Users() string { return "/users" }

// UsersCSV is the directory as a file.
func UsersCSV() string { return "/users.csv" }

// UserNewPath is the route of the invitation's form; links use UserNew.
func UserNewPath() string { return Users() + "/new" }

// UserNew is the form that invites somebody to a business.
func UserNew(business string) string { return WithQuery(UserNewPath(), "business", business) }

// User is the page of one person; a POST to it changes the name.
func User(id string) string { return Users() + "/" + url.PathEscape(id) }

// UserEdit takes a POST of a name.
func UserEdit(id string) string { return User(id) + "/edit" }

// UserRole takes a POST of a role.
func UserRole(id string) string { return User(id) + "/role" }

// UserDisable takes an empty POST.
func UserDisable(id string) string { return User(id) + "/disable" }

// UserEnable takes an empty POST.
func UserEnable(id string) string { return User(id) + "/enable" }

// UserReset takes an empty POST and mails a link for a new password.
func UserReset(id string) string { return User(id) + "/reset" }

// UserInvite takes an empty POST and mails the invitation again.
func UserInvite(id string) string { return User(id) + "/invite" }

// UserFactors takes an empty POST and takes the second factors away.
func UserFactors(id string) string { return User(id) + "/second-factor/reset" }

// UserSessions takes an empty POST and ends all sessions.
func UserSessions(id string) string { return User(id) + "/sessions/end" }

// UserSessionEnd takes an empty POST and ends one.
func UserSessionEnd(id, session string) string {
	return User(id) + "/sessions/" + url.PathEscape(session) + "/end"
}

// Staff is the list of the platform's own people; a POST to it invites one.
func Staff() string { return "/staff" }
