"""What clients thought of their stays: asked after the departure, or told by an outside provider."""
