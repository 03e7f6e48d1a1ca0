"""Housekeeping: which rooms are to be cleaned, which are ready, which were inspected."""
