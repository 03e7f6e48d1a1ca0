"""The kardex: the cards of the people and organisations that one centre knows, and the lock on some of them."""
