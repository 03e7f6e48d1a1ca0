"""What others change, as it changes: facts of a centre as server-sent events."""
