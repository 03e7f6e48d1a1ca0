"""The payment simulator, met as Halte meets it: through the real Stripe SDK."""
