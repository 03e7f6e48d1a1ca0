"""How much, owed by whom, paid how."""
