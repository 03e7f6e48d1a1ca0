"""The mail catcher, met as Halte meets it: over SMTP and HTTP."""
