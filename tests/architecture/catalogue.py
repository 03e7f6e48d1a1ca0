"""What the database says of its own tables, and whose rows each is meant to hold."""

from dataclasses import dataclass

import asyncpg

TENANT_BY_ID = frozenset({"centres"})
"""A centre's own row: its id is the centre."""

TENANT = frozenset(
    {
        "allotments",
        "arrival_settings",
        "arrival_surveys",
        "audit_entries",
        "bed_holds",
        "beds",
        "cancellation_steps",
        "checkout_sessions",
        "client_actions",
        "client_blacklisting_stays",
        "client_blacklistings",
        "client_contacts",
        "client_defaults",
        "client_marketing_codes",
        "client_merges",
        "client_misspellings",
        "client_phones",
        "client_profiles",
        "client_rates",
        "client_type_colours",
        "client_words",
        "clients",
        "connections",
        "destruction_certificates",
        "disputes",
        "dossier_lines",
        "dossiers",
        "early_departures",
        "enquiries",
        "enquiry_attachments",
        "enquiry_messages",
        "files",
        "guest_links",
        "guests",
        "housekeeping_phones",
        "import_items",
        "import_mappings",
        "import_runs",
        "import_stays",
        "ledger_accounts",
        "ledger_entries",
        "ledger_transactions",
        "local_values",
        "mails",
        "meal_quantities",
        "memberships",
        "openings",
        "payment_links",
        "payments",
        "person_nights",
        "planning_gestures",
        "police_forms",
        "police_signatures",
        "public_reviews",
        "quotes",
        "reachable_cards",
        "refunds",
        "retention_certificates",
        "satisfaction_answers",
        "satisfaction_settings",
        "roles",
        "room_states",
        "rooming_entries",
        "rooming_lists",
        "rooms",
        "sale_terms",
        "segment_snapshot_clients",
        "segment_snapshots",
        "segments",
        "service_sittings",
        "services",
        "stay_countries",
        "stay_keys",
        "stays",
        "tablets",
        "tasks",
        "text_messages",
        "text_refusals",
        "text_settings",
        "tourist_tax_exemptions",
        "tourist_tax_rates",
        "withdrawals",
        "won_emails",
    }
)
"""Tables whose every row is one centre's."""

NETWORK = frozenset(
    {
        "account_identities",
        "accounts",
        "blacklist_alerts",
        "code_list_labels",
        "code_list_values",
        "device_codes",
        "identities",
        "identity_cards",
        "identity_decisions",
        "identity_keys",
        "identity_link_runs",
        "identity_links",
        "identity_models",
        "identity_proposals",
        "identity_refusals",
        "log_in_failures",
        "network_memberships",
        "session_tokens",
        "sessions",
        "ssh_keys",
    }
)
"""Tables of the network's own; the application reaches them by narrow grants or definer functions."""

SYSTEM = frozenset(
    {
        "migration",
        "outbox",
        "outbox_deliveries",
        "inbox",
        "network_audit_entries",
        "idempotency_keys",
        "scheduled_jobs",
    }
)
"""Tables of the machinery: no tenant's, or (the outbox) a tenant's or the network's."""

KINDS = {"tenant": TENANT | TENANT_BY_ID, "network": NETWORK, "system": SYSTEM}


@dataclass(frozen=True)
class Column:
    """A column as the database has it."""

    type: str
    nullable: bool
    default: str
    """Its SQL; empty for none, and for what the database generates."""


@dataclass(frozen=True)
class Constraint:
    """A constraint, or a unique index, as the database has it."""

    table: str
    name: str
    kind: str
    """As `pg_constraint.contype`; `i` for a unique index that is no constraint."""
    columns: tuple[str, ...]


async def tables(connection: asyncpg.Connection) -> list[str]:
    """Name every table of the schema."""
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [row["tablename"] for row in rows]


async def tenant_tables(connection: asyncpg.Connection) -> list[str]:
    """Name the tables of the database that hold tenants' rows, and what nobody declared: it must be walled too."""
    return [name for name in await tables(connection) if name not in NETWORK | SYSTEM | TENANT_BY_ID]


async def columns(connection: asyncpg.Connection) -> dict[str, dict[str, Column]]:
    """Return the columns of each table, in order."""
    rows = await connection.fetch(
        """SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
               CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS default
           FROM pg_class c
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname, a.attnum"""
    )
    found: dict[str, dict[str, Column]] = {}
    for row in rows:
        column = Column(type=row["type"], nullable=not row["attnotnull"], default=row["default"] or "")
        found.setdefault(row["relname"], {})[row["attname"]] = column
    return found


async def constraints(connection: asyncpg.Connection) -> list[Constraint]:
    """Return every constraint and unique index, primary keys and NOT NULLs aside."""
    rows = await connection.fetch(
        """SELECT t.relname, c.conname AS name, c.contype::text AS kind,
               (SELECT array_agg(a.attname::text ORDER BY k.position)
                FROM unnest(c.conkey) WITH ORDINALITY AS k (number, position)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number) AS columns
           FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
           WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('c', 'f', 'u', 'x')
           UNION ALL
           SELECT t.relname, i.relname, 'i',
               (SELECT array_agg(a.attname::text ORDER BY k.position)
                FROM unnest(x.indkey::smallint[]) WITH ORDINALITY AS k (number, position)
                JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number)
           FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
           WHERE t.relnamespace = 'public'::regnamespace AND x.indisunique
               AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = x.indexrelid)
           ORDER BY 1, 2"""
    )
    return [Constraint(row["relname"], row["name"], row["kind"], tuple(row["columns"] or ())) for row in rows]
