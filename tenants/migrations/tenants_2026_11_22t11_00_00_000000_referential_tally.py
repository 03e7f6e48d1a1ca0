"""How many duplicates were found, wait, were decided and were undone: of the centre's cards, or of all for the network."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-22T11:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the referential's tally"

SQL = [
    definer_function(
        "referential_tally()",
        "TABLE (linked bigint, waiting bigint, decided bigint, undone bigint)",
        f"""WITH mine AS (SELECT c.card_id FROM identity_cards c WHERE {CENTRE} IS NULL OR c.centre_id = {CENTRE})
            SELECT
                (SELECT count(*) FROM identity_links l WHERE l.undone_at IS NULL
                    AND (l.card_id IN (SELECT card_id FROM mine) OR l.other_card_id IN (SELECT card_id FROM mine))),
                (SELECT count(*) FROM identity_proposals p
                    JOIN identity_cards a ON a.card_id = p.card_id JOIN identity_cards b ON b.card_id = p.other_card_id
                    WHERE a.identity_id <> b.identity_id
                        AND (p.card_id IN (SELECT card_id FROM mine) OR p.other_card_id IN (SELECT card_id FROM mine))),
                (SELECT count(*) FROM identity_decisions d WHERE d.undone_at IS NULL AND d.verdict <> 'later'
                    AND (d.card_id IN (SELECT card_id FROM mine) OR d.other_card_id IN (SELECT card_id FROM mine))),
                (SELECT count(*) FROM identity_links l WHERE l.undone_at IS NOT NULL
                    AND (l.card_id IN (SELECT card_id FROM mine) OR l.other_card_id IN (SELECT card_id FROM mine)))""",
    ),
]


async def forwards() -> MigrationManager:
    """Make the function."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
