"""Later: broker, relay, schedule and actors. Each actor is a door, as a controller is."""
