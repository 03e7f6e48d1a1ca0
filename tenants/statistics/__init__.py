"""Statistics: people and nights, counted from the one ledger of person-nights (decision 0015)."""
