"""Catch every mail of the demo and the tests, and show them in a browser; nothing leaves the machine.

An SMTP server takes what Halte sends (any sender, any recipient, SMTPUTF8, STARTTLS on request, any password), stores
it in one SQLite file before it says 250, and a page shows it:

* `GET /`: the list, newest first, which renews itself; `GET /messages/{id}`: one mail, its HTML part in a sandbox;
* `GET /messages.json`: newest first, `messages.Message` as JSON; `?limit=` shortens it;
* `GET /messages/{id}/raw`, `GET /messages/{id}/attachments/{n}` (from 0): bytes as they came;
* `GET`/`POST /_control`: refuse and delay, described in `controls.py`.

Start it with `python -m infra.services.mailbox --smtp-port 2525 --http-port 8025 --var var/mailbox`.
"""
