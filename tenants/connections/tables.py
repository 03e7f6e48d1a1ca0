"""The table of connections, as the migrations make it."""

from piccolo.columns import UUID, Array, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class ConnectionRow(Table, db=DB, tablename="connections", help_text="Another program that hands cards over."):
    """One connection."""

    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    name = Text(default=None, help_text="The source: its cards are known by it and their own ids.")
    kind = Text(default=None, help_text="https, sftp or webhook.")
    mapping = Text(default=None, help_text="Which column fills which field.")
    url = Text(default=None, help_text="Where files are dropped; empty for a webhook.")
    login = Text(default=None)
    host_key = Text(default=None, help_text="The SFTP server's public key, as OpenSSH writes it.")
    secret = Bytea(null=True, default=None, help_text="Password or key, sealed.")
    seen = Array(base_column=Text(), default=None, help_text="Digests of the last files that came in.")
    last_at = Timestamptz(null=True, default=None)
    last_error = Text(default=None)
    last_code = Text(null=True, default=None, help_text="The code of what went wrong last; with it go words.")
    last_new = Integer(default=None)
    paused_at = Timestamptz(null=True, default=None, help_text="Since when nothing is fetched nor taken.")
    asked_at = Timestamptz(null=True, default=None, help_text="Since when somebody waits for a collection.")
