"""What is agreed with one client: defaults that fill a new stay or quote, and prices of their own."""
