"""Links made and cut where they hold: identities are what the links that stand hang together."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-22T10:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "links made and cut"

NO_CENTRE = f"IF {CENTRE} IS NOT NULL THEN RAISE EXCEPTION 'only for the network' USING ERRCODE = '42501'; END IF;"
"""First thing in what only the network may do: a centre's transaction is refused."""

SQL = [
    # Rows of saved cards are locked before they are read: what a steward moves meanwhile is waited for.
    "DROP FUNCTION referential_of(uuid[])",
    definer_function(
        "referential_of(cards uuid[])",
        "TABLE (card_id uuid, identity_id uuid, features jsonb, keys bigint[], refused uuid[])",
        """
        BEGIN
            PERFORM FROM identity_cards own WHERE own.card_id = ANY (cards) ORDER BY own.card_id FOR UPDATE;
            RETURN QUERY SELECT c.card_id, c.identity_id, c.features, c.keys,
                ARRAY(SELECT r.other_card_id FROM identity_refusals r WHERE r.card_id = c.card_id)
            FROM identity_cards c WHERE c.identity_id IN (
                SELECT own.identity_id FROM identity_cards own WHERE own.card_id = ANY (cards));
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    "DROP FUNCTION referential_propose(jsonb, timestamptz)",
    definer_function(
        "referential_propose(pairs jsonb, at timestamptz)",
        "void",
        """INSERT INTO identity_proposals (card_id, other_card_id, bits, fields, agreed, model, made_at)
           SELECT least(p.card, p.other), greatest(p.card, p.other), p.bits, coalesce(p.fields, '{}'), p.agreed, p.model, at
           FROM jsonb_to_recordset(pairs)
               AS p (card uuid, other uuid, bits real, fields jsonb, agreed text[], model text)
           WHERE NOT EXISTS (SELECT FROM identity_refusals r WHERE r.card_id = p.card AND r.other_card_id = p.other)
           ON CONFLICT (card_id, other_card_id) DO UPDATE SET bits = EXCLUDED.bits, fields = EXCLUDED.fields,
               agreed = EXCLUDED.agreed, model = EXCLUDED.model""",
        volatility="VOLATILE",
    ),
    # Join the identities of two cards, unless they are one, or a person said that two of their cards are not.
    definer_function(
        "referential_join(link jsonb, who text, at timestamptz)",
        "text",
        f"""
        DECLARE
            one uuid := (link ->> 'card')::uuid;
            other uuid := (link ->> 'other')::uuid;
            here uuid;
            there uuid;
        BEGIN
            {NO_CENTRE}
            PERFORM FROM identity_cards c WHERE c.card_id IN (one, other) ORDER BY c.card_id FOR UPDATE;
            SELECT c.identity_id INTO here FROM identity_cards c WHERE c.card_id = one;
            SELECT c.identity_id INTO there FROM identity_cards c WHERE c.card_id = other;
            IF here IS NULL OR there IS NULL THEN
                RETURN 'gone';
            ELSIF here = there THEN
                RETURN 'one already';
            END IF;
            PERFORM FROM identity_cards c WHERE c.identity_id IN (here, there) ORDER BY c.card_id FOR UPDATE;
            IF EXISTS (SELECT FROM identity_cards a
                JOIN identity_refusals r ON r.card_id = a.card_id
                JOIN identity_cards b ON b.card_id = r.other_card_id AND b.identity_id = there
                WHERE a.identity_id = here) THEN
                RETURN 'refused';
            END IF;
            WITH moved AS (
                UPDATE identity_cards SET identity_id = least(here, there) WHERE identity_id = greatest(here, there)
                RETURNING card_id)
            INSERT INTO identity_links (id, card_id, other_card_id, identity_id, former_identity_id, moved, bits,
                fields, agreed, round, model, decided_by, made_at)
            SELECT (link ->> 'id')::uuid, one, other, least(here, there), greatest(here, there),
                ARRAY(SELECT card_id FROM moved), (link ->> 'bits')::real, link -> 'fields',
                ARRAY(SELECT jsonb_array_elements_text(link -> 'agreed')), 1, link ->> 'model', who, at;
            DELETE FROM identity_proposals WHERE card_id = least(one, other) AND other_card_id = greatest(one, other);
            RETURN 'joined';
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    # Cut a link: what hung on one side of it leaves, the side of the eldest card keeps the identity.
    "DROP FUNCTION referential_unlink(uuid, uuid, text, timestamptz)",
    definer_function(
        "referential_unlink(link uuid, fresh uuid, who text, at timestamptz)",
        "uuid[]",
        f"""
        DECLARE
            cut identity_links;
            here uuid;
            there uuid;
            mine uuid[];
            theirs uuid[];
            eldest uuid;
        BEGIN
            {NO_CENTRE}
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
    # The cards that links which stand lead to from one, itself included.
    definer_function(
        "referential_side(card uuid)",
        "uuid[]",
        """WITH RECURSIVE reached (card_id) AS (
               VALUES (card)
               UNION
               SELECT CASE WHEN l.card_id = r.card_id THEN l.other_card_id ELSE l.card_id END FROM reached r
               JOIN identity_links l ON l.undone_at IS NULL AND (l.card_id = r.card_id OR l.other_card_id = r.card_id))
           SELECT array_agg(r.card_id) FROM reached r""",
    ),
    "DROP FUNCTION referential_refuse(uuid, uuid, text, timestamptz)",
    definer_function(
        "referential_refuse(one uuid, other uuid, who text, at timestamptz)",
        "void",
        f"""
        BEGIN
            {NO_CENTRE}
            INSERT INTO identity_refusals (card_id, other_card_id, made_at, made_by)
                VALUES (one, other, at, who), (other, one, at, who) ON CONFLICT DO NOTHING;
            DELETE FROM identity_proposals WHERE card_id = least(one, other) AND other_card_id = greatest(one, other);
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    "DROP FUNCTION referential_links(uuid)",
    # The link says what was true when it was decided; what a steward moved meanwhile is followed, not undone.
    "DROP FUNCTION referential_link(jsonb, timestamptz)",
    definer_function(
        "referential_link(links jsonb, at timestamptz)",
        "void",
        """
        DECLARE
            link record;
            here uuid;
            there uuid;
        BEGIN
            FOR link IN SELECT * FROM jsonb_to_recordset(links) AS l (id uuid, card uuid, other uuid, identity uuid,
                former uuid, bits real, fields jsonb, agreed text[], round smallint, model text, decided_by text)
            LOOP
                PERFORM FROM identity_cards c WHERE c.card_id IN (link.card, link.other) ORDER BY c.card_id FOR UPDATE;
                SELECT c.identity_id INTO here FROM identity_cards c WHERE c.card_id = link.card;
                SELECT c.identity_id INTO there FROM identity_cards c WHERE c.card_id = link.other;
                IF link.former = link.identity AND here <> there THEN
                    UPDATE identity_cards SET identity_id = there WHERE card_id = link.card;
                    here := there;
                ELSIF link.former <> link.identity AND here = there THEN
                    CONTINUE;
                END IF;
                WITH moved AS (
                    UPDATE identity_cards SET identity_id = least(here, there)
                        WHERE here <> there AND identity_id = greatest(here, there)
                    RETURNING card_id)
                INSERT INTO identity_links (id, card_id, other_card_id, identity_id, former_identity_id, moved, bits,
                    fields, agreed, round, model, decided_by, made_at)
                SELECT link.id, link.card, link.other, least(here, there), greatest(here, there),
                    CASE WHEN here = there THEN ARRAY[link.card] ELSE ARRAY(SELECT card_id FROM moved) END,
                    link.bits, link.fields, link.agreed, link.round, link.model, link.decided_by, at
                WHERE here IS NOT NULL AND there IS NOT NULL;
            END LOOP;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    # A card that is written over for somebody else leaves: the links that held it there end.
    "DROP FUNCTION referential_store(jsonb, timestamptz)",
    definer_function(
        "referential_store(cards jsonb, at timestamptz)",
        "void",
        f"""
        DECLARE
            centre uuid := {CENTRE};
        BEGIN
            IF EXISTS (SELECT FROM jsonb_to_recordset(cards) AS n (card uuid)
                WHERE NOT EXISTS (SELECT FROM clients c WHERE c.centre_id = centre AND c.id = n.card)) THEN
                RAISE EXCEPTION 'not a card of this centre' USING ERRCODE = 'insufficient_privilege';
            END IF;
            INSERT INTO identities (id, made_at)
                SELECT DISTINCT n.identity, at FROM jsonb_to_recordset(cards) AS n (identity uuid)
                ON CONFLICT DO NOTHING;
            UPDATE identity_links l SET undone_at = at, undone_by = 'matcher'
                FROM jsonb_to_recordset(cards) AS n (card uuid, identity uuid)
                JOIN identity_cards c ON c.card_id = n.card AND c.identity_id <> n.identity
                WHERE l.undone_at IS NULL AND (l.card_id = n.card OR l.other_card_id = n.card);
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
]


async def forwards() -> MigrationManager:
    """Make the functions anew."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
