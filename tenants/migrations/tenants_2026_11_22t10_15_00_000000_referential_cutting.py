"""Links end with the card that held them: written over for somebody else, forgotten, or gone and come back."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-22T10:15:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "links end with their card"

SQL = [
    # What hung on one side of a link leaves; the side of the eldest card keeps the identity. For the functions below only.
    definer_function(
        "referential_cut(link uuid, fresh uuid, who text, at timestamptz)",
        "uuid[]",
        """
        DECLARE
            cut identity_links;
            here uuid;
            there uuid;
            mine uuid[];
            theirs uuid[];
            eldest uuid;
        BEGIN
            SELECT * INTO cut FROM identity_links l WHERE l.id = link;
            PERFORM FROM identity_cards c WHERE c.card_id IN (cut.card_id, cut.other_card_id)
                ORDER BY c.card_id FOR UPDATE;
            UPDATE identity_links SET undone_at = at, undone_by = who WHERE id = link AND undone_at IS NULL;
            IF NOT FOUND THEN
                RETURN NULL;
            END IF;
            SELECT c.identity_id INTO here FROM identity_cards c WHERE c.card_id = cut.card_id;
            SELECT c.identity_id INTO there FROM identity_cards c WHERE c.card_id = cut.other_card_id;
            mine := referential_side(cut.card_id);
            IF here = there AND NOT cut.other_card_id = ANY (mine) THEN
                PERFORM FROM identity_cards c WHERE c.identity_id = here ORDER BY c.card_id FOR UPDATE;
                theirs := referential_side(cut.other_card_id);
                SELECT c.card_id INTO eldest FROM identity_cards c
                    WHERE c.identity_id = here AND c.card_id = ANY (mine || theirs) ORDER BY c.card_id LIMIT 1;
                INSERT INTO identities (id, made_at) VALUES (fresh, at);
                UPDATE identity_cards SET identity_id = fresh WHERE identity_id = here
                    AND card_id = ANY (CASE WHEN eldest = ANY (mine) THEN theirs ELSE mine END);
            END IF;
            RETURN ARRAY[cut.card_id, cut.other_card_id];
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    "REVOKE EXECUTE ON FUNCTION referential_cut(uuid, uuid, text, timestamptz) FROM halte_app",
    "DROP FUNCTION referential_unlink(uuid, uuid, text, timestamptz)",
    definer_function(
        "referential_unlink(link uuid, fresh uuid, who text, at timestamptz)",
        "uuid[]",
        f"""
        BEGIN
            IF {CENTRE} IS NOT NULL THEN
                RAISE EXCEPTION 'only for the network' USING ERRCODE = '42501';
            END IF;
            RETURN referential_cut(link, fresh, who, at);
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    "DROP FUNCTION referential_store(jsonb, timestamptz)",
    definer_function(
        "referential_store(cards jsonb, at timestamptz)",
        "void",
        f"""
        DECLARE
            centre uuid := {CENTRE};
            gone uuid;
        BEGIN
            IF EXISTS (SELECT FROM jsonb_to_recordset(cards) AS n (card uuid)
                WHERE NOT EXISTS (SELECT FROM clients c WHERE c.centre_id = centre AND c.id = n.card)) THEN
                RAISE EXCEPTION 'not a card of this centre' USING ERRCODE = 'insufficient_privilege';
            END IF;
            INSERT INTO identities (id, made_at)
                SELECT DISTINCT n.identity, at FROM jsonb_to_recordset(cards) AS n (identity uuid)
                ON CONFLICT DO NOTHING;
            FOR gone IN SELECT l.id FROM jsonb_to_recordset(cards) AS n (card uuid, identity uuid)
                JOIN identity_links l ON l.undone_at IS NULL AND (l.card_id = n.card OR l.other_card_id = n.card)
                LEFT JOIN identity_cards c ON c.card_id = n.card
                WHERE c.identity_id IS DISTINCT FROM n.identity
            LOOP
                PERFORM referential_cut(gone, gen_random_uuid(), 'matcher', at);
            END LOOP;
            DELETE FROM identity_keys k USING jsonb_to_recordset(cards) AS n (card uuid) WHERE k.card_id = n.card;
            INSERT INTO identity_cards (card_id, centre_id, identity_id, features, keys)
                SELECT n.card, centre, n.identity, n.features, n.keys
                FROM jsonb_to_recordset(cards) AS n (card uuid, identity uuid, features jsonb, keys bigint[])
                ON CONFLICT (card_id) DO UPDATE SET identity_id = EXCLUDED.identity_id,
                    features = EXCLUDED.features, keys = EXCLUDED.keys;
            INSERT INTO identity_keys (key, card_id)
                SELECT DISTINCT k.key, n.card
                FROM jsonb_to_recordset(cards) AS n (card uuid, keys bigint[]) CROSS JOIN LATERAL unnest(n.keys) AS k (key)
                ORDER BY 1, 2;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    # The objection of who is forgotten here goes on for their cards elsewhere; what only this card joined parts.
    "DROP FUNCTION referential_forget(uuid)",
    definer_function(
        "referential_forget(card uuid)",
        "boolean",
        f"""
        DECLARE
            mine identity_cards;
            gone uuid;
        BEGIN
            SELECT * INTO mine FROM identity_cards c WHERE c.card_id = card AND c.centre_id = {CENTRE} FOR UPDATE;
            IF mine.card_id IS NULL THEN
                RETURN NULL;
            END IF;
            UPDATE identity_cards c SET objected_at = mine.objected_at WHERE mine.objected_at IS NOT NULL
                AND c.identity_id = mine.identity_id AND c.card_id <> card AND c.objected_at IS NULL;
            FOR gone IN SELECT l.id FROM identity_links l
                WHERE l.undone_at IS NULL AND (l.card_id = card OR l.other_card_id = card)
            LOOP
                PERFORM referential_cut(gone, gen_random_uuid(), 'forgotten', now());
            END LOOP;
            DELETE FROM identity_links l WHERE l.card_id = card OR l.other_card_id = card;
            DELETE FROM identity_decisions d WHERE d.card_id = card OR d.other_card_id = card;
            DELETE FROM identity_refusals r WHERE r.card_id = card OR r.other_card_id = card;
            DELETE FROM identity_proposals p WHERE p.card_id = card OR p.other_card_id = card;
            DELETE FROM identity_cards c WHERE c.card_id = card;
            RETURN true;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
]


async def forwards() -> MigrationManager:
    """Make the functions anew."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
