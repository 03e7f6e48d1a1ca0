"""Who has what open at the desk, now."""
