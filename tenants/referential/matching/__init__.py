"""Matching: which cards are one person. Pure functions over cleaned cards; the database is elsewhere."""
