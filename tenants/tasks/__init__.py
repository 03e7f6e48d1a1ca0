"""What waits for a person: the house could go no further by itself."""
