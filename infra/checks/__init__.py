"""What `halte test` and `halte doctor` look at."""
