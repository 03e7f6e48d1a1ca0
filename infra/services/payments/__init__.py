"""Play Stripe for the demo and the tests, over HTTP, to the real Stripe SDK.

Halte calls it as it calls Stripe (`base_addresses={"api": …}`), a payer's browser meets its hosted page, and it sends
signed webhooks. What it knows: Checkout Sessions in `payment` mode, PaymentIntents, Charges, Refunds, Disputes, Events,
Accounts, Prices, Products and BalanceTransactions, in the field names of API version `objects.API_VERSION`, the one
that the SDK of the lock pins. What it does not know it refuses, so that nothing passes here that Stripe would ignore.

Each account is a world of its own: the key's own account, or the one named by `Stripe-Account`. Live keys are refused.
All state is in one SQLite file, written before each answer, so that a `kill -9` loses nothing that was answered.

Beside Stripe's API there are controls, described in `controls.py`:

* `GET`/`POST /_control`: be slow, fail, repeat, reorder;
* `GET /_events`: what was sent, with each attempt;
* `POST /_disputes`, `POST /_delayed`: what a payer's bank does days later.

Start it with `python -m infra.services.payments --port 4242 --var var/payments --webhook-url … --webhook-secret …`.
"""
