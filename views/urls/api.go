package urls

// Patterns of the API's routes that have a parameter.
const (
	APIBusinessPattern = "/api/platform/businesses/:id/"
	APIUserPattern     = "/api/platform/users/:id/"
)

// APIToken takes a POST with e-mail address and password.
func APIToken() string { return "/api/auth/token/" }

// APIBusinesses is the list of businesses.
func APIBusinesses() string { return "/api/platform/businesses/" }

// APIMetrics is how the platform does.
func APIMetrics() string { return "/api/platform/businesses/metrics/" }

// APIUsers is the directory of everyone.
func APIUsers() string { return "/api/platform/users/" }

// APIAvailability is when a service can begin, on a business's host.
func APIAvailability() string { return "/api/availability/" }

// APIDescription is the OpenAPI document.
func APIDescription() string { return "/api/openapi.json" }

// APIDocs is the same for people.
func APIDocs() string { return "/api/docs" }
