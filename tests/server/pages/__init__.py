"""The public pages: by plain HTTP, and in a browser."""
