"""The ledger of person-nights."""
