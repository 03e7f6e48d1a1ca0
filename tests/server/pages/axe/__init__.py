"""axe-core, from npm by its lock: the accessibility rules that the pages are held to."""
