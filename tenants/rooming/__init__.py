"""Rooming lists: who comes with a group, who sleeps where, what they eat and need."""
