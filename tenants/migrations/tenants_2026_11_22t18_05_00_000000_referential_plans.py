"""A card being saved is looked for and written by index, by plans made once: planning took longer than the reading."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-22T18:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "plans of the referential's functions for a card being saved"


def planned_once(signature: str) -> str:
    """Return the SQL that has a function's statements planned once a connection, by index however few rows there are.

    A plan made while the tables were empty serves when they are full.
    """
    return f"""ALTER FUNCTION {signature} SET plan_cache_mode = force_generic_plan
        SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"""


SQL = [
    planned_once("referential_near(uuid[], integer, integer[], bigint[], bigint[])"),
    planned_once("referential_further(integer, integer[], bigint[])"),
    # As `referential_store` for many: one card at a time, of whose keys only those that changed are written.
    "DROP FUNCTION referential_save(jsonb, jsonb, jsonb, timestamptz)",
    definer_function(
        "referential_save(cards jsonb, links jsonb, pairs jsonb, at timestamptz)",
        "void",
        f"""
        DECLARE
            centre uuid := {CENTRE};
            said record;
            former uuid;
            gone uuid;
        BEGIN
            FOR said IN SELECT * FROM jsonb_to_recordset(cards)
                AS n (card uuid, identity uuid, features jsonb, keys bigint[])
            LOOP
                IF NOT EXISTS (SELECT FROM clients c WHERE c.centre_id = centre AND c.id = said.card) THEN
                    RAISE EXCEPTION 'not a card of this centre' USING ERRCODE = 'insufficient_privilege';
                END IF;
                SELECT c.identity_id INTO former FROM identity_cards c WHERE c.card_id = said.card;
                IF former IS DISTINCT FROM said.identity THEN
                    INSERT INTO identities (id, made_at) VALUES (said.identity, at) ON CONFLICT DO NOTHING;
                    FOR gone IN SELECT l.id FROM identity_links l
                        WHERE l.undone_at IS NULL AND (l.card_id = said.card OR l.other_card_id = said.card)
                    LOOP
                        PERFORM referential_cut(gone, gen_random_uuid(), 'matcher', at);
                    END LOOP;
                END IF;
                IF former IS NOT NULL THEN
                    DELETE FROM identity_keys k WHERE k.card_id = said.card AND k.key <> ALL (said.keys);
                END IF;
                INSERT INTO identity_cards (card_id, centre_id, identity_id, features, keys)
                    VALUES (said.card, centre, said.identity, said.features, said.keys)
                    ON CONFLICT (card_id) DO UPDATE SET identity_id = EXCLUDED.identity_id,
                        features = EXCLUDED.features, keys = EXCLUDED.keys;
                INSERT INTO identity_keys (key, card_id) SELECT k.key, said.card FROM unnest(said.keys) AS k (key)
                    ON CONFLICT DO NOTHING;
            END LOOP;
            IF links IS NOT NULL THEN
                PERFORM referential_link(links, at);
            END IF;
            IF pairs IS NOT NULL THEN
                PERFORM referential_propose(pairs, at);
            END IF;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    planned_once("referential_save(jsonb, jsonb, jsonb, timestamptz)"),
]


async def forwards() -> MigrationManager:
    """Make the functions anew."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
