"""Payments: links, Stripe Checkout, money received by hand, refunds."""
