"""Figures: measured, with both sides of each ratio taken in one run; never timed tests."""
