"""Tests of the help with addresses."""
