"""Arrivals: who comes, what is still missing, the police form, the tablet at the desk."""
