"""Catering: which meals were sold, as the kitchen counts them."""
