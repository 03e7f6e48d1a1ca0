"""A client's objection stays with the card it was made on: a split leaves it there, a link takes it along."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-22T10:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "objections by card"

SQL = [
    # Whose objection it was stays known when an identity is split or joined.
    "ALTER TABLE identity_cards ADD COLUMN objected_at timestamptz",
    """UPDATE identity_cards c SET objected_at = i.objected_at
       FROM identities i WHERE i.id = c.identity_id AND i.objected_at IS NOT NULL""",
    "CREATE INDEX identity_cards_objected_index ON identity_cards (identity_id) WHERE objected_at IS NOT NULL",
    "DROP FUNCTION referential_object(uuid, timestamptz)",
    definer_function(
        "referential_object(card uuid, at timestamptz)",
        "boolean",
        f"""UPDATE identity_cards c SET objected_at = coalesce(c.objected_at, at)
            WHERE c.card_id = card AND c.centre_id = {CENTRE} RETURNING true""",
        volatility="VOLATILE",
    ),
    "DROP FUNCTION referential_objected(uuid)",
    definer_function(
        "referential_objected(card uuid)",
        "timestamptz",
        f"""SELECT min(theirs.objected_at) FROM identity_cards mine
            JOIN identity_cards theirs ON theirs.identity_id = mine.identity_id
            WHERE mine.card_id = card AND mine.centre_id = {CENTRE}""",
    ),
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
                last AS (
                    SELECT s.arrival, s.booking_category FROM elsewhere e
                    JOIN stays s ON s.centre_id = e.centre_id AND s.client_id = e.card_id
                    WHERE s.status IN ('present', 'departed') ORDER BY s.arrival DESC, s.id LIMIT 1)
                SELECT (SELECT count(DISTINCT e.centre_id) FROM elsewhere e), l.arrival, l.booking_category
                FROM (SELECT) one LEFT JOIN last l ON true;
        END""",
        language="plpgsql",
    ),
    # The objection of who is forgotten here goes on for their cards elsewhere.
    "DROP FUNCTION referential_forget(uuid)",
    definer_function(
        "referential_forget(card uuid)",
        "boolean",
        f"""WITH mine AS (SELECT card_id, identity_id, objected_at FROM identity_cards
                    WHERE card_id = card AND centre_id = {CENTRE}),
                objections AS (UPDATE identity_cards c SET objected_at = mine.objected_at FROM mine
                    WHERE c.identity_id = mine.identity_id AND c.card_id <> mine.card_id AND c.objected_at IS NULL
                        AND mine.objected_at IS NOT NULL),
                links AS (DELETE FROM identity_links l USING mine
                    WHERE l.card_id = mine.card_id OR l.other_card_id = mine.card_id),
                decisions AS (DELETE FROM identity_decisions d USING mine
                    WHERE d.card_id = mine.card_id OR d.other_card_id = mine.card_id),
                refusals AS (DELETE FROM identity_refusals r USING mine
                    WHERE r.card_id = mine.card_id OR r.other_card_id = mine.card_id),
                proposals AS (DELETE FROM identity_proposals p USING mine
                    WHERE p.card_id = mine.card_id OR p.other_card_id = mine.card_id)
            DELETE FROM identity_cards c USING mine WHERE c.card_id = mine.card_id RETURNING true""",
        volatility="VOLATILE",
    ),
    "ALTER TABLE identities DROP COLUMN objected_at",
]


async def forwards() -> MigrationManager:
    """Make the functions anew."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
