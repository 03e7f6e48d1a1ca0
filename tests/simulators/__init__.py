"""The outside world, as tests need it: real programs that others wrote, or simulators that speak their protocol.

| what | where | how a test gets it |
|---|---|---|
| identity provider (OpenID Connect) | `tests/simulators/identity/` | fixture `identity_provider` |
| mail server inside the test's process | `tests/simulators/smtp.py` | `MailServer` |
| mail with a page and a JSON list | `infra/services/mailbox/` | `tests.infra.services.mailbox.mailbox.Mailbox` |
| payments (Stripe's API, hosted page, webhooks) | `infra/services/payments/` | `tests.infra.services.payments.simulator.Simulator` |

The last two are programs that live in `infra/services/` because the demo runs them too.
"""
