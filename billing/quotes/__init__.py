"""Quotes: the priced offer of a dossier, in versions that never change once sent."""
