"""Logging in: passwords, refresh tokens, device codes, the network's identity provider, the SSH gateway."""
