"""What each field said for or against a link, in bits, kept with it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import definer_function, steps

ID = "2026-11-22T07:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the bits of each field of a link"

SQL = [
    "ALTER TABLE identity_links ADD COLUMN fields jsonb NOT NULL DEFAULT '{}'",
    "ALTER TABLE identity_links ALTER COLUMN fields DROP DEFAULT",
    "DROP FUNCTION referential_link(jsonb, timestamptz)",
    definer_function(
        "referential_link(links jsonb, at timestamptz)",
        "void",
        """
        DECLARE
            link record;
        BEGIN
            FOR link IN SELECT * FROM jsonb_to_recordset(links) AS l (id uuid, card uuid, other uuid, identity uuid,
                former uuid, bits real, fields jsonb, agreed text[], round smallint, model text, decided_by text)
            LOOP
                WITH moved AS (
                    UPDATE identity_cards SET identity_id = link.identity WHERE identity_id = link.former
                        AND link.former <> link.identity
                    RETURNING card_id)
                INSERT INTO identity_links (id, card_id, other_card_id, identity_id, former_identity_id, moved, bits,
                    fields, agreed, round, model, decided_by, made_at)
                SELECT link.id, link.card, link.other, link.identity, link.former,
                    CASE WHEN link.former = link.identity THEN ARRAY[link.card]
                        ELSE ARRAY(SELECT card_id FROM moved) END,
                    link.bits, link.fields, link.agreed, link.round, link.model, link.decided_by, at;
            END LOOP;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    "DROP FUNCTION referential_links(uuid)",
    definer_function(
        "referential_links(card uuid)",
        """TABLE (id uuid, card_id uuid, other_card_id uuid, bits real, fields jsonb, agreed text[], round smallint,
            model text, decided_by text, made_at timestamptz, undone_at timestamptz)""",
        """SELECT l.id, l.card_id, l.other_card_id, l.bits, l.fields, l.agreed, l.round, l.model, l.decided_by, l.made_at,
               l.undone_at
           FROM identity_links l WHERE l.card_id = card OR l.other_card_id = card ORDER BY l.made_at, l.id""",
    ),
]


async def forwards() -> MigrationManager:
    """Keep them."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
