"""The floor: settings, database, outbox, clock, ids, servers of demo and tests, the command line. No business meaning."""
