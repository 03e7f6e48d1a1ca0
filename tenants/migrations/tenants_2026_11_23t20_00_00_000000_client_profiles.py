"""The public profiles of a card: what the client gave or linked, with its source."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-23T20:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "client profiles"

SQL = [
    tenant_table(
        "client_profiles",
        """
        client_id uuid NOT NULL,
        position smallint NOT NULL,
        network text NOT NULL,
        handle text NOT NULL,
        given text NOT NULL,
        detail text NOT NULL,
        day date NOT NULL,
        by_name text NOT NULL,
        CONSTRAINT client_profiles_client_id_position_unique UNIQUE (centre_id, client_id, position),
        CONSTRAINT client_profiles_network_check CHECK (network IN
            ('instagram', 'facebook', 'linkedin', 'x', 'tiktok', 'youtube', 'mastodon', 'website', 'other')),
        CONSTRAINT client_profiles_handle_check CHECK (handle <> ''),
        CONSTRAINT client_profiles_given_check CHECK (given IN ('desk', 'email', 'form', 'review', 'import'))
        """,
        grants="SELECT, INSERT, DELETE",
    ),
    reference("client_profiles", "client_id", "clients"),
    "CREATE INDEX client_profiles_network_index ON client_profiles (centre_id, network, client_id)",
]


async def forwards() -> MigrationManager:
    """Make the table."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
