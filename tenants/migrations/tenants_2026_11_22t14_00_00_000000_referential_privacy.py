"""What a centre's transaction may learn of the cards near its own: which they are and whose identity, never what they say."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-22T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "no field of another centre's card for the application"

NEAR = "TABLE (card_id uuid, identity_id uuid, features jsonb, refused uuid[])"
"""Features are the asking centre's own cards' only; others' are read by the network's role, which no centre's SQL runs as."""

COLUMNS = f"""c.card_id, c.identity_id, CASE WHEN c.centre_id = {CENTRE} THEN c.features END,
    ARRAY(SELECT r.other_card_id FROM identity_refusals r WHERE r.card_id = c.card_id)"""

SQL = [
    "DROP FUNCTION referential_neighbours(bigint[])",
    definer_function(
        "referential_neighbours(wanted bigint[])",
        NEAR,
        f"""SELECT {COLUMNS}
           FROM identity_cards c WHERE c.identity_id IN (
               SELECT near.identity_id FROM (
                   SELECT DISTINCT hit.card_id FROM unnest(wanted) AS w (key)
                   CROSS JOIN LATERAL (SELECT k.card_id FROM identity_keys k WHERE k.key = w.key
                       ORDER BY k.card_id DESC LIMIT 200) hit) hits
               JOIN identity_cards near ON near.card_id = hits.card_id)""",
    ),
    "DROP FUNCTION referential_of(uuid[])",
    definer_function(
        "referential_of(cards uuid[])",
        NEAR,
        f"""
        BEGIN
            PERFORM FROM identity_cards own WHERE own.card_id = ANY (cards) AND own.centre_id = {CENTRE}
                ORDER BY own.card_id FOR UPDATE;
            RETURN QUERY SELECT {COLUMNS}
            FROM identity_cards c WHERE c.identity_id IN (
                SELECT own.identity_id FROM identity_cards own
                WHERE own.card_id = ANY (cards) AND own.centre_id = {CENTRE});
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
]


async def forwards() -> MigrationManager:
    """Make the functions anew."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
