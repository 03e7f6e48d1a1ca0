"""A card being saved asks the referential once and writes to it once: each question more costs as much as its answer."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-22T18:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "one question and one answer for a card being saved"

COLUMNS = f"""c.card_id, c.identity_id, CASE WHEN c.centre_id = {CENTRE} THEN c.features END,
    ARRAY(SELECT r.other_card_id FROM identity_refusals r WHERE r.card_id = c.card_id)"""
"""As `referential_neighbours` gives them: features are the asking centre's own cards' only."""

HITS = """SELECT near.identity_id FROM (
    SELECT DISTINCT hit.card_id FROM unnest(wanted) AS w (key)
    CROSS JOIN LATERAL (SELECT k.card_id FROM identity_keys k WHERE k.key = w.key
        ORDER BY k.card_id DESC LIMIT 200) hit) hits
    JOIN identity_cards near ON near.card_id = hits.card_id"""

SQL = [
    # Each statement of a volatile function sees what was committed before it: what a lock was waited for is there.
    definer_function(
        "referential_near(cards uuid[], space integer, numbers integer[], counted bigint[], wanted bigint[])",
        "TABLE (card_id uuid, identity_id uuid, features jsonb, refused uuid[], key bigint, held bigint)",
        f"""
        BEGIN
            PERFORM pg_advisory_xact_lock(space, n.number) FROM unnest(numbers) AS n (number);
            PERFORM FROM identity_cards own WHERE own.card_id = ANY (cards) AND own.centre_id = {CENTRE}
                ORDER BY own.card_id FOR UPDATE;
            RETURN QUERY SELECT {COLUMNS}, NULL::bigint, NULL::bigint
            FROM identity_cards c WHERE c.identity_id IN (
                SELECT own.identity_id FROM identity_cards own
                WHERE own.card_id = ANY (cards) AND own.centre_id = {CENTRE}
                UNION {HITS});
            RETURN QUERY SELECT NULL::uuid, NULL::uuid, NULL::jsonb, NULL::uuid[], w.key,
                (SELECT count(*) FROM (SELECT FROM identity_keys k WHERE k.key = w.key LIMIT 5000) few)
            FROM unnest(counted) AS w (key);
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    # Without the locks, one row of nothing: their holder will look for these cards in turn.
    definer_function(
        "referential_further(space integer, numbers integer[], wanted bigint[])",
        "TABLE (card_id uuid, identity_id uuid, features jsonb, refused uuid[])",
        f"""
        BEGIN
            IF NOT coalesce((SELECT bool_and(pg_try_advisory_xact_lock(space, n.number))
                FROM unnest(numbers) AS n (number)), true) THEN
                RETURN QUERY SELECT NULL::uuid, NULL::uuid, NULL::jsonb, NULL::uuid[];
                RETURN;
            END IF;
            RETURN QUERY SELECT {COLUMNS} FROM identity_cards c WHERE c.identity_id IN ({HITS});
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_save(cards jsonb, links jsonb, pairs jsonb, at timestamptz)",
        "void",
        """
        BEGIN
            PERFORM referential_store(cards, at);
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
]


async def forwards() -> MigrationManager:
    """Make the functions."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
