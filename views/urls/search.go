package urls

// Search finds anything that the person may open: a page, and what the palette
// asks.
func Search() string { return "/search" }
