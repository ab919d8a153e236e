package urls

// CSPReport is where browsers report what the policy of a page forbade.
func CSPReport() string { return "/csp-report" }
