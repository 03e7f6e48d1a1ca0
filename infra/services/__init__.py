"""The servers that demo and tests bring along: PostgreSQL and Valkey from wheels, and what watches over processes."""
