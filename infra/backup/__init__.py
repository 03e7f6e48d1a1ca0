"""Back-up and restore: the whole database in one file, with a manifest that says what is in it."""
