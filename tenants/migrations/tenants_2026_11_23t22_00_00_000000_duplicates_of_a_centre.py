"""What became of a centre's duplicates is found among its own cards: of a network of a million, seconds were read for it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-23T22:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the referential's duplicates, looked up from the cards that are counted"

EVENTS = """
    SELECT 'linked' AS what, l.id::text AS pair, l.card_id, l.other_card_id, l.made_at AS at FROM identity_links l
        WHERE l.undone_at IS NULL
    UNION ALL SELECT 'undone', l.id::text, l.card_id, l.other_card_id, l.undone_at FROM identity_links l
        WHERE l.undone_at IS NOT NULL
    UNION ALL SELECT 'decided', d.id::text, d.card_id, d.other_card_id, d.decided_at FROM identity_decisions d
        WHERE d.undone_at IS NULL AND d.verdict <> 'later'
    UNION ALL SELECT 'waiting', p.card_id || ' ' || p.other_card_id, p.card_id, p.other_card_id, p.made_at
        FROM identity_proposals p
        JOIN identity_cards a ON a.card_id = p.card_id JOIN identity_cards b ON b.card_id = p.other_card_id
        WHERE a.identity_id <> b.identity_id
"""
"""Each thing that became of a pair, when it did: found and linked, found and waiting, decided, undone."""
COUNTED = f"""
    SELECT c.card_id, c.centre_id FROM identity_cards c
    WHERE c.centre_id = ANY (ARRAY(SELECT id FROM centres WHERE {CENTRE} IS NULL OR id = {CENTRE}))
"""
"""The cards of the transaction's centre, where it has one; whatever is asked for."""
TOUCHED = """
    SELECT e.what, e.pair, e.at, c.card_id, c.centre_id FROM events e
        CROSS JOIN LATERAL (VALUES (e.card_id), (e.other_card_id)) AS side (card_id)
        JOIN counted c ON c.card_id = side.card_id
"""
"""What became of them; what they say is read of these alone."""
SIDES = """
    SELECT t.*, to_char(t.at AT TIME ZONE 'Europe/Paris', 'YYYY-MM') AS month, o.slug AS centre, k.source, k.name, k.reference
    FROM touched t JOIN clients k ON k.centre_id = t.centre_id AND k.id = t.card_id JOIN centres o ON o.id = t.centre_id
"""

SQL = [
    "DROP FUNCTION referential_duplicates(text, text, text)",
    # A pair counts once in each month, source and centre that it touches.
    definer_function(
        "referential_duplicates(of_centre text, of_source text, of_month text)",
        "TABLE (by text, name text, linked bigint, waiting bigint, decided bigint, undone bigint)",
        f"""WITH events AS ({EVENTS}), counted AS MATERIALIZED ({COUNTED}), touched AS MATERIALIZED ({TOUCHED}),
                sides AS ({SIDES})
            SELECT CASE WHEN GROUPING(month) = 0 THEN 'month' WHEN GROUPING(source) = 0 THEN 'source'
                    WHEN GROUPING(centre) = 0 THEN 'centre' ELSE '' END,
                coalesce(month, source, centre, ''),
                count(DISTINCT pair) FILTER (WHERE what = 'linked'), count(DISTINCT pair) FILTER (WHERE what = 'waiting'),
                count(DISTINCT pair) FILTER (WHERE what = 'decided'), count(DISTINCT pair) FILTER (WHERE what = 'undone')
            FROM sides WHERE (of_centre IS NULL OR centre = of_centre) AND (of_source IS NULL OR source = of_source)
                AND (of_month IS NULL OR month = of_month)
            GROUP BY GROUPING SETS ((), (month), (source), (centre))""",
    ),
    "DROP FUNCTION referential_duplicate_cards(text, text, integer)",
    # Of a pair with another centre's card only a link that stands is told, as the signal tells it, and of nobody who objects.
    definer_function(
        "referential_duplicate_cards(of_source text, of_month text, most integer)",
        "TABLE (id uuid, name text, reference text, what text, at timestamptz)",
        f"""WITH events AS ({EVENTS}), counted AS MATERIALIZED ({COUNTED} AND {CENTRE} IS NOT NULL),
                touched AS MATERIALIZED ({TOUCHED}), sides AS ({SIDES}),
                within AS (SELECT what, pair FROM sides GROUP BY what, pair HAVING count(*) = 2)
            SELECT s.card_id, s.name, s.reference, s.what, max(s.at) FROM sides s
            WHERE (of_source IS NULL OR s.source = of_source) AND (of_month IS NULL OR s.month = of_month)
                AND (s.what = 'linked' OR (s.what, s.pair) IN (SELECT what, pair FROM within))
                AND NOT EXISTS (SELECT FROM identity_cards mine
                    JOIN identity_cards x ON x.identity_id = mine.identity_id AND x.objected_at IS NOT NULL
                    WHERE mine.card_id = s.card_id)
            GROUP BY s.card_id, s.name, s.reference, s.what ORDER BY 5 DESC, 1 LIMIT most""",
    ),
]


async def forwards() -> MigrationManager:
    """Make the functions anew."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
