"""Tests of what clients thought of their stays."""
