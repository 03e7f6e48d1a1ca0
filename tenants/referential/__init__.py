"""The network's client referential: which cards of several centres are one person, and what a centre may be told of it."""
