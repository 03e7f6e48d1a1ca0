"""Segments: which clients, asked by criteria joined with and, or, not; counted as one builds, kept, dated."""
