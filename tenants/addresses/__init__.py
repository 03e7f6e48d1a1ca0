"""Addresses: the communes of France from a table of the project's own, streets from geocoders that may not answer."""
