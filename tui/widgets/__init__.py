"""What screens are made of. A widget is told what to show, says what was done to it, and reaches for no sibling."""
