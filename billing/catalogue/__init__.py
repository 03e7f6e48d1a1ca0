"""What can be sold, and at what price."""
