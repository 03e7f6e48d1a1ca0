"""Meals: how many people eat what at which sitting, for the kitchen and the rooms staff."""
