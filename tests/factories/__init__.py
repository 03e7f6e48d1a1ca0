"""Things for tests to begin with, made by the real operations."""
