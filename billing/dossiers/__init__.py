"""Dossiers: an enquiry with at least one service on it, and the stay it owns."""
