"""One screen a file: it owns its state, asks in `@work` methods, and tells the app what to open by messages."""
