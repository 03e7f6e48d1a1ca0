"""The bodies of the `halte` commands that go through the server's side of the house."""
