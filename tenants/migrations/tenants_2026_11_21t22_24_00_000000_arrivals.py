"""Guests, pre-check-in links, tablets, and the police form: a table that the application fills and cannot read."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, reference, steps, tenant_table

ID = "2026-11-21T22:24:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "guests and police forms"


def police_table(name: str, columns: str) -> str:
    """Return the SQL of a table that halte_app may only fill and halte_police alone reads and destroys."""
    return (
        tenant_table(name, columns, grants="INSERT")
        + f"""
        DROP POLICY {name}_for_the_network ON {name};
        REVOKE ALL ON {name} FROM halte_network;
        CREATE POLICY {name}_for_the_police ON {name} TO halte_police
            USING (centre_id = {CENTRE}) WITH CHECK (centre_id = {CENTRE});
        GRANT SELECT, DELETE ON {name} TO halte_police;
        """
    )


SQL = [
    tenant_table(
        "guests",
        """
        stay_id uuid NOT NULL,
        room_id uuid,
        adult_id uuid,
        surname text NOT NULL,
        first_names text NOT NULL,
        country text NOT NULL,
        police_form text NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT guests_police_form_check CHECK (police_form IN ('not_needed', 'missing', 'filled', 'signed')),
        CONSTRAINT guests_country_check CHECK (country ~ '^([A-Z]{2})?$')
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("guests", "stay_id", "stays"),
    reference("guests", "room_id", "rooms"),
    reference("guests", "adult_id", "guests"),
    tenant_table(
        "guest_links",
        """
        stay_id uuid NOT NULL,
        expires_at timestamptz NOT NULL,
        opened_at timestamptz,
        completed_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT guest_links_centre_id_stay_id_unique UNIQUE (centre_id, stay_id)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("guest_links", "stay_id", "stays"),
    police_table(
        "police_forms",
        """
        guest_id uuid NOT NULL,
        sealed bytea NOT NULL,
        filled_at timestamptz NOT NULL,
        destroy_after date NOT NULL,
        CONSTRAINT police_forms_sealed_check CHECK (octet_length(sealed) BETWEEN 29 AND 8192)
        """,
    ),
    "CREATE INDEX police_forms_guest_id_index ON police_forms (centre_id, guest_id, filled_at)",
    "CREATE INDEX police_forms_destroy_after_index ON police_forms (centre_id, destroy_after)",
    police_table(
        "police_signatures",
        """
        guest_id uuid NOT NULL,
        sealed bytea NOT NULL,
        signed_at timestamptz NOT NULL,
        destroy_after date NOT NULL,
        CONSTRAINT police_signatures_centre_id_guest_id_unique UNIQUE (centre_id, guest_id),
        CONSTRAINT police_signatures_sealed_check CHECK (octet_length(sealed) BETWEEN 29 AND 70000)
        """,
    ),
    "CREATE INDEX police_signatures_destroy_after_index ON police_signatures (centre_id, destroy_after)",
    tenant_table(
        "destruction_certificates",
        """
        what text NOT NULL,
        until_day date NOT NULL,
        forms integer NOT NULL,
        signatures integer NOT NULL,
        destroyed_at timestamptz NOT NULL,
        CONSTRAINT destruction_certificates_forms_check CHECK (forms >= 0 AND signatures >= 0)
        """,
        grants="SELECT",
    ),
    f"""CREATE POLICY destruction_certificates_for_the_police ON destruction_certificates TO halte_police
        USING (centre_id = {CENTRE}) WITH CHECK (centre_id = {CENTRE})""",
    "GRANT INSERT ON destruction_certificates TO halte_police",
    tenant_table(
        "tablets",
        """
        name text NOT NULL,
        token_hash bytea NOT NULL,
        paired_at timestamptz NOT NULL,
        unpaired_at timestamptz,
        CONSTRAINT tablets_centre_id_token_hash_unique UNIQUE (centre_id, token_hash),
        CONSTRAINT tablets_token_hash_check CHECK (octet_length(token_hash) = 32)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
]


async def forwards() -> MigrationManager:
    """Make what arrivals need."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
