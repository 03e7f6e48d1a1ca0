"""The terminal app in a browser: a log-in page, textual-serve's terminal behind it, a process of the app for each window."""
