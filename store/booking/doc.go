// Package booking changes appointments in all their shapes: booking, moving,
// cancelling, confirming, holds of visitors, and the customers who come. Every
// change takes its resources in one order and leaves its mails in the same
// transaction.
package booking
