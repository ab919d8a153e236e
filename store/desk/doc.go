// Package desk is the conversation between businesses and the platform: tickets,
// answers, files, prepared texts, and when an answer is due.
package desk
