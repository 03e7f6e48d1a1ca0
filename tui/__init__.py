"""The terminal app: a client of the HTTP API and nothing else."""
