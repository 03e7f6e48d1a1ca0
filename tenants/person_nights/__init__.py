"""The ledger of person-nights: who sleeps here, night by night, and who is billed for it (decision 0013)."""
