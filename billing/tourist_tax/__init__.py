"""Tourist tax (taxe de séjour au réel, CGCT art. L2333-29 and following): rates, who is exempt and why, what is owed."""
