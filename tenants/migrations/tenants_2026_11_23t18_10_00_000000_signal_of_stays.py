"""« Déjà venu » counts the centres where the client stayed; those that only have a card are counted where none has more."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-23T18:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the signal counts stays"

SQL = [
    "DROP FUNCTION referential_signal(uuid)",
    definer_function(
        "referential_signal(identity uuid)",
        "TABLE (centres bigint, last_arrival date, booking_category text)",
        f"""
        BEGIN
            RETURN QUERY
                WITH elsewhere AS (
                    SELECT c.centre_id, c.card_id FROM identity_cards c
                    WHERE c.identity_id = identity AND c.centre_id <> {CENTRE} AND NOT EXISTS (
                        SELECT FROM identity_cards o WHERE o.identity_id = identity AND o.objected_at IS NOT NULL)),
                stayed AS (
                    SELECT s.centre_id, s.id, s.arrival, s.booking_category FROM elsewhere e
                    JOIN stays s ON s.centre_id = e.centre_id AND s.client_id = e.card_id
                    WHERE s.status IN ('present', 'departed')),
                last AS (SELECT s.arrival, s.booking_category FROM stayed s ORDER BY s.arrival DESC, s.id LIMIT 1)
                SELECT coalesce(nullif((SELECT count(DISTINCT s.centre_id) FROM stayed s), 0),
                        (SELECT count(DISTINCT e.centre_id) FROM elsewhere e)), l.arrival, l.booking_category
                FROM (SELECT) one LEFT JOIN last l ON true;
        END""",
        language="plpgsql",
    ),
]


async def forwards() -> MigrationManager:
    """Put the function in the place of the one there was."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
