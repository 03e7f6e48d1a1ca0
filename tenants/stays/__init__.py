"""Stays: dates, people and rooms, from a first idea to the departure."""
