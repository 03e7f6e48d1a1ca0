"""Text messages of a centre: to whom one may be sent and when, what it may cost, what became of it, and STOP."""
