"""Demandes: what is asked of a centre, and the conversation that follows."""
