"""The terms of sale of a centre: versions of its own text, each kept for ever, and which one a client accepted."""
