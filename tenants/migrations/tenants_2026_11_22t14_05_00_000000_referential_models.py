"""The versions of the matcher's weights, as data: what the network's own cards taught, and which version is in use."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, finder_reads, shared_table, steps

ID = "2026-11-22T14:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "versions of the matcher's weights"

NO_CENTRE = f"IF {CENTRE} IS NOT NULL THEN RAISE EXCEPTION 'only for the network' USING ERRCODE = '42501'; END IF;"
"""First thing in what only the network may do: a centre's transaction is refused."""

SQL = [
    shared_table(
        "identity_models",
        """
        version text PRIMARY KEY,
        model jsonb NOT NULL,
        cards bigint NOT NULL,
        trained_at timestamptz NOT NULL,
        trained_by text NOT NULL,
        used_since timestamptz
        """,
    ),
    finder_reads("identity_models", tenant=False, grants="SELECT, INSERT, UPDATE"),
    "GRANT SELECT ON identity_models TO halte_network",
    definer_function(
        "referential_model()",
        "jsonb",
        "SELECT m.model FROM identity_models m WHERE m.used_since IS NOT NULL ORDER BY m.used_since DESC LIMIT 1",
    ),
    # A centre's own cards only: a key is made of what a card says.
    definer_function(
        "referential_keys_of(cards uuid[])",
        "TABLE (card_id uuid, keys bigint[])",
        f"""SELECT c.card_id, c.keys FROM identity_cards c
            WHERE c.card_id = ANY (cards) AND c.centre_id = {CENTRE}""",
    ),
    definer_function(
        "referential_keep_model(version text, model jsonb, cards bigint, who text, at timestamptz)",
        "void",
        f"""
        BEGIN
            {NO_CENTRE}
            INSERT INTO identity_models (version, model, cards, trained_at, trained_by)
                VALUES (version, model, cards, at, who);
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_use_model(wanted text, at timestamptz)",
        "boolean",
        f"""
        BEGIN
            {NO_CENTRE}
            UPDATE identity_models m SET used_since = at WHERE m.version = wanted;
            RETURN FOUND;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
]


async def forwards() -> MigrationManager:
    """Make the table and its doors."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
