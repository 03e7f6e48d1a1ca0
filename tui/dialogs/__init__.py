"""Questions put over a screen; each gives back one answer, or nothing."""
