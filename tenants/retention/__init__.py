"""What is kept of people, for how long: their data handed out whole, erased, destroyed in time with a certificate."""
