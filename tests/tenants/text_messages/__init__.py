"""Tests of texts to phones."""
