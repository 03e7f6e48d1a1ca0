"""A card being saved is told which of its keys brought which card, and a loose key that a crowd shares brings nobody.

What reads a neighbour's keys from its values anew costs more than comparing it, and a network that grows has crowds: linking
a whole network passes over keys of more than 200 cards, and so does a desk now. A phone or an address still brings its
latest 200, to be known for a switchboard's.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-23T19:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "neighbours with the keys that brought them"

NEAR = "TABLE (card_id uuid, identity_id uuid, features jsonb, refused uuid[], keys bigint[], holders uuid[], held bigint[])"
"""Cards; then a row without, `keys` and `holders` side by side: which of the wanted keys which card holds; in `referential_near`
another, `keys` and `held` side by side: how many cards hold a counted key."""

COLUMNS = f"""c.card_id, c.identity_id, CASE WHEN c.centre_id = {CENTRE} THEN c.features END,
    ARRAY(SELECT r.other_card_id FROM identity_refusals r WHERE r.card_id = c.card_id),
    NULL::bigint[], NULL::uuid[], NULL::bigint[]"""
"""Features are the asking centre's own cards' only; whoever asks made the keys that are told."""

LATEST = "SELECT k.card_id FROM identity_keys k WHERE k.key = w.key ORDER BY k.card_id DESC LIMIT 200"
FEW = """SELECT unnest(all_of.ids) AS card_id FROM (
    SELECT ARRAY(SELECT k.card_id FROM identity_keys k WHERE k.key = w.key LIMIT 201) AS ids) all_of
    WHERE cardinality(all_of.ids) <= 200"""

HITS = f"""SELECT coalesce(array_agg(hit.key), '{{}}'), coalesce(array_agg(hit.card_id), '{{}}') INTO by_key, near FROM (
        SELECT w.key, one.card_id FROM unnest(firm) AS w (key) CROSS JOIN LATERAL ({LATEST}) one
        UNION ALL SELECT w.key, one.card_id FROM unnest(loose) AS w (key) CROSS JOIN LATERAL ({FEW}) one) hit;"""
FOUND = "SELECT n.identity_id FROM identity_cards n WHERE n.card_id = ANY (near)"
TOLD = "RETURN QUERY SELECT NULL::uuid, NULL::uuid, NULL::jsonb, NULL::uuid[], by_key, near, NULL::bigint[];"

SAVED = "cards uuid[], space integer, numbers integer[], counted bigint[], firm bigint[], loose bigint[]"
GROWN = "space integer, numbers integer[], firm bigint[], loose bigint[]"

PLANNED_ONCE = """SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"""
"""As in `referential_plans`: a plan made while the tables were empty serves when they are full."""

# The functions of the same names that take fewer arguments stay for the code still running.
SQL = [
    definer_function(
        f"referential_near({SAVED})",
        NEAR,
        f"""
        DECLARE
            by_key bigint[];
            near uuid[];
        BEGIN
            PERFORM pg_advisory_xact_lock(space, n.number) FROM unnest(numbers) AS n (number);
            -- Whoever only asks may not lock.
            IF cardinality(cards) > 0 THEN
                PERFORM FROM identity_cards own WHERE own.card_id = ANY (cards) AND own.centre_id = {CENTRE}
                    ORDER BY own.card_id FOR UPDATE;
            END IF;
            {HITS}
            RETURN QUERY SELECT {COLUMNS} FROM identity_cards c WHERE c.identity_id IN (
                SELECT own.identity_id FROM identity_cards own
                WHERE own.card_id = ANY (cards) AND own.centre_id = {CENTRE}
                UNION {FOUND});
            {TOLD}
            RETURN QUERY SELECT NULL::uuid, NULL::uuid, NULL::jsonb, NULL::uuid[], counted, NULL::uuid[], ARRAY(
                SELECT (SELECT count(*) FROM (SELECT FROM identity_keys k WHERE k.key = w.key LIMIT 50000) few)
                FROM unnest(counted) WITH ORDINALITY AS w (key, place) ORDER BY w.place);
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    f"ALTER FUNCTION referential_near(uuid[], integer, integer[], bigint[], bigint[], bigint[]) {PLANNED_ONCE}",
    # Without the locks, one row of nothing: their holder will look for these cards in turn.
    definer_function(
        f"referential_further({GROWN})",
        NEAR,
        f"""
        DECLARE
            by_key bigint[];
            near uuid[];
        BEGIN
            IF NOT coalesce((SELECT bool_and(pg_try_advisory_xact_lock(space, n.number))
                FROM unnest(numbers) AS n (number)), true) THEN
                RETURN QUERY SELECT NULL::uuid, NULL::uuid, NULL::jsonb, NULL::uuid[], NULL::bigint[], NULL::uuid[],
                    NULL::bigint[];
                RETURN;
            END IF;
            {HITS}
            RETURN QUERY SELECT {COLUMNS} FROM identity_cards c WHERE c.identity_id IN ({FOUND});
            {TOLD}
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    f"ALTER FUNCTION referential_further(integer, integer[], bigint[], bigint[]) {PLANNED_ONCE}",
]


async def forwards() -> MigrationManager:
    """Make the functions."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
