"""The ledger: double entry, append-only, per centre."""
