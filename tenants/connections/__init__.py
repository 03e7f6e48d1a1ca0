"""Connections to other programs that hand over client cards: files dropped somewhere, or signed calls."""
