"""The SSH gateway: asyncssh in one process, the terminal app preloaded in another, a pty and a process a session."""
