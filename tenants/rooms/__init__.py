"""Rooms, beds and the stock: which bed is taken, from when to when, by what."""
