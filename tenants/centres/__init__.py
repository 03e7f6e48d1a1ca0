"""Centres: the tenants themselves."""
