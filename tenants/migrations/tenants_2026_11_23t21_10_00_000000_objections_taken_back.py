"""An objection can be taken back on the card it was made on; what other cards of the person say of it stays."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-23T21:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "objections taken back"

SQL = [
    # The card's own: whether the person objects at another centre too is not told.
    definer_function(
        "referential_own_objection(card uuid)",
        "timestamptz",
        f"SELECT c.objected_at FROM identity_cards c WHERE c.card_id = card AND c.centre_id = {CENTRE}",
    ),
    definer_function(
        "referential_take_back_objection(card uuid)",
        "boolean",
        f"""UPDATE identity_cards c SET objected_at = NULL
            WHERE c.card_id = card AND c.centre_id = {CENTRE} AND c.objected_at IS NOT NULL RETURNING true""",
        volatility="VOLATILE",
    ),
]


async def forwards() -> MigrationManager:
    """Make the functions."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
