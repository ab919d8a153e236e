// Package masquerade is the consent to, and the record of, visits by which the
// platform sees a business as one of its people: requests, approvals, the list,
// what was seen and changed.
package masquerade
