"""The bodies of the `halte` commands that go through the server's side of the house.

Each opens the pools it needs, calls an operation as a named job, and says what was done: for a person, or with `--json`
for a program. Exit codes are those of `infra.commands`.
"""
