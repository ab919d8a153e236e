package platform

import "strconv"

// pageParam leaves the first page out of addresses.
func pageParam(n int) string {
	if n <= 1 {
		return ""
	}
	return strconv.Itoa(n)
}

func minutes(n, fallback int) string {
	if n <= 0 {
		n = fallback
	}
	return strconv.Itoa(n)
}
