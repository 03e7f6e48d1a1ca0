"""Cleaning: from what was typed or exported, however badly, to values that can be compared. Pure functions."""
