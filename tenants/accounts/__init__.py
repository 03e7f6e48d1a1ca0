"""Accounts: who logs in, with what, and which rights that gives in which centre."""
