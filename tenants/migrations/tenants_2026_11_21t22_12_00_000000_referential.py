"""The network's referential: identities, the cards they gather, and the only doors to them.

No role of ours may touch these tables. What a centre's transaction needs of them goes through the functions below, which
know the centre by the transaction and write for its own cards only.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, finder_reads, shared_table, steps

ID = "2026-11-21T22:12:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the referential"

TABLES = [
    shared_table(
        "identities",
        """
        id uuid PRIMARY KEY,
        made_at timestamptz NOT NULL,
        objected_at timestamptz
        """,
    ),
    shared_table(
        "identity_cards",
        """
        card_id uuid PRIMARY KEY,
        centre_id uuid NOT NULL,
        identity_id uuid NOT NULL CONSTRAINT identity_cards_identity_id_fk REFERENCES identities (id),
        features jsonb NOT NULL,
        keys bigint[] NOT NULL,
        CONSTRAINT identity_cards_card_id_fk FOREIGN KEY (centre_id, card_id)
            REFERENCES clients (centre_id, id) ON DELETE CASCADE
        """,
    ),
    "CREATE INDEX identity_cards_identity_id_index ON identity_cards (identity_id)",
    "CREATE INDEX identity_cards_centre_id_index ON identity_cards (centre_id, card_id)",
    shared_table(
        "identity_keys",
        """
        key bigint NOT NULL,
        card_id uuid NOT NULL CONSTRAINT identity_keys_card_id_fk REFERENCES identity_cards (card_id) ON DELETE CASCADE,
        PRIMARY KEY (key, card_id)
        """,
    ),
    "CREATE INDEX identity_keys_card_id_index ON identity_keys (card_id)",
    shared_table(
        "identity_links",
        """
        id uuid PRIMARY KEY,
        card_id uuid NOT NULL,
        other_card_id uuid NOT NULL,
        identity_id uuid NOT NULL,
        former_identity_id uuid NOT NULL,
        moved uuid[] NOT NULL,
        bits real NOT NULL,
        agreed text[] NOT NULL,
        round smallint NOT NULL,
        model text NOT NULL,
        decided_by text NOT NULL,
        made_at timestamptz NOT NULL,
        undone_at timestamptz,
        undone_by text,
        CONSTRAINT identity_links_round_check CHECK (round BETWEEN 1 AND 9),
        CONSTRAINT identity_links_undone_check CHECK ((undone_at IS NULL) = (undone_by IS NULL))
        """,
    ),
    "CREATE INDEX identity_links_identity_id_index ON identity_links (identity_id)",
    "CREATE INDEX identity_links_card_id_index ON identity_links (card_id)",
    shared_table(
        "identity_refusals",
        """
        card_id uuid NOT NULL,
        other_card_id uuid NOT NULL,
        made_at timestamptz NOT NULL,
        made_by text NOT NULL,
        PRIMARY KEY (card_id, other_card_id)
        """,
    ),
    shared_table(
        "identity_proposals",
        """
        card_id uuid NOT NULL,
        other_card_id uuid NOT NULL,
        bits real NOT NULL,
        agreed text[] NOT NULL,
        model text NOT NULL,
        made_at timestamptz NOT NULL,
        PRIMARY KEY (card_id, other_card_id),
        CONSTRAINT identity_proposals_order_check CHECK (card_id < other_card_id)
        """,
    ),
    *(
        finder_reads(table, tenant=False, grants="SELECT, INSERT, UPDATE, DELETE")
        for table in (
            "identities",
            "identity_cards",
            "identity_keys",
            "identity_links",
            "identity_refusals",
            "identity_proposals",
        )
    ),
    finder_reads("clients", tenant=True),
]

FUNCTIONS = [
    definer_function("referential_size()", "bigint", "SELECT count(*) FROM identity_cards"),
    definer_function(
        "referential_counts(wanted bigint[])",
        "TABLE (key bigint, cards bigint)",
        """SELECT w.key, (SELECT count(*) FROM (SELECT FROM identity_keys k WHERE k.key = w.key LIMIT 5000) few)
           FROM unnest(wanted) AS w (key)""",
    ),
    definer_function(
        "referential_neighbours(wanted bigint[])",
        "TABLE (card_id uuid, identity_id uuid, features jsonb, keys bigint[], refused uuid[])",
        """SELECT c.card_id, c.identity_id, c.features, c.keys,
               ARRAY(SELECT r.other_card_id FROM identity_refusals r WHERE r.card_id = c.card_id)
           FROM identity_cards c WHERE c.identity_id IN (
               SELECT near.identity_id FROM (
                   SELECT DISTINCT hit.card_id FROM unnest(wanted) AS w (key)
                   CROSS JOIN LATERAL (SELECT k.card_id FROM identity_keys k WHERE k.key = w.key
                       ORDER BY k.card_id DESC LIMIT 200) hit) hits
               JOIN identity_cards near ON near.card_id = hits.card_id)""",
    ),
    definer_function(
        "referential_of(cards uuid[])",
        "TABLE (card_id uuid, identity_id uuid, features jsonb, keys bigint[], refused uuid[])",
        """SELECT c.card_id, c.identity_id, c.features, c.keys,
               ARRAY(SELECT r.other_card_id FROM identity_refusals r WHERE r.card_id = c.card_id)
           FROM identity_cards c WHERE c.identity_id IN (
               SELECT own.identity_id FROM identity_cards own WHERE own.card_id = ANY (cards))""",
    ),
    # Each card: {card, identity, features, keys}; the identity may be new. Only the transaction's own centre's cards.
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
    # Each link moves the cards of one identity to another and remembers which; moving them back undoes it.
    definer_function(
        "referential_link(links jsonb, at timestamptz)",
        "void",
        """
        DECLARE
            link record;
        BEGIN
            FOR link IN SELECT * FROM jsonb_to_recordset(links) AS l (id uuid, card uuid, other uuid, identity uuid,
                former uuid, bits real, agreed text[], round smallint, model text, decided_by text)
            LOOP
                WITH moved AS (
                    UPDATE identity_cards SET identity_id = link.identity WHERE identity_id = link.former
                        AND link.former <> link.identity
                    RETURNING card_id)
                INSERT INTO identity_links (id, card_id, other_card_id, identity_id, former_identity_id, moved, bits,
                    agreed, round, model, decided_by, made_at)
                SELECT link.id, link.card, link.other, link.identity, link.former,
                    CASE WHEN link.former = link.identity THEN ARRAY[link.card]
                        ELSE ARRAY(SELECT card_id FROM moved) END,
                    link.bits, link.agreed, link.round, link.model, link.decided_by, at;
            END LOOP;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_propose(pairs jsonb, at timestamptz)",
        "void",
        """INSERT INTO identity_proposals (card_id, other_card_id, bits, agreed, model, made_at)
           SELECT least(p.card, p.other), greatest(p.card, p.other), p.bits, p.agreed, p.model, at
           FROM jsonb_to_recordset(pairs) AS p (card uuid, other uuid, bits real, agreed text[], model text)
           WHERE NOT EXISTS (SELECT FROM identity_refusals r WHERE r.card_id = p.card AND r.other_card_id = p.other)
           ON CONFLICT (card_id, other_card_id) DO UPDATE SET bits = EXCLUDED.bits, agreed = EXCLUDED.agreed,
               model = EXCLUDED.model""",
        volatility="VOLATILE",
    ),
    # Give the cards that a link moved an identity of their own again, unless a later link took them further.
    definer_function(
        "referential_unlink(link uuid, fresh uuid, who text, at timestamptz)",
        "uuid[]",
        """
        DECLARE
            undone identity_links;
        BEGIN
            UPDATE identity_links SET undone_at = at, undone_by = who WHERE id = link AND undone_at IS NULL
                RETURNING * INTO undone;
            IF undone.id IS NULL THEN
                RETURN NULL;
            END IF;
            INSERT INTO identities (id, made_at) VALUES (fresh, at);
            UPDATE identity_cards SET identity_id = fresh
                WHERE card_id = ANY (undone.moved) AND identity_id = undone.identity_id;
            RETURN ARRAY[undone.card_id, undone.other_card_id];
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_refuse(one uuid, other uuid, who text, at timestamptz)",
        "void",
        """INSERT INTO identity_refusals (card_id, other_card_id, made_at, made_by)
               VALUES (one, other, at, who), (other, one, at, who) ON CONFLICT DO NOTHING;
           DELETE FROM identity_proposals WHERE card_id = least(one, other) AND other_card_id = greatest(one, other)""",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_links(card uuid)",
        """TABLE (id uuid, card_id uuid, other_card_id uuid, bits real, agreed text[], round smallint, model text,
            decided_by text, made_at timestamptz, undone_at timestamptz)""",
        """SELECT l.id, l.card_id, l.other_card_id, l.bits, l.agreed, l.round, l.model, l.decided_by, l.made_at, l.undone_at
           FROM identity_links l WHERE l.card_id = card OR l.other_card_id = card ORDER BY l.made_at, l.id""",
    ),
    # All that crosses from one centre to another: how many, and when and what for the last stay elsewhere was.
    definer_function(
        "referential_signal(identity uuid)",
        "TABLE (centres bigint, last_arrival date, booking_category text)",
        f"""
        BEGIN
            RETURN QUERY
                WITH elsewhere AS (
                    SELECT c.centre_id, c.card_id FROM identity_cards c JOIN identities i ON i.id = c.identity_id
                    WHERE c.identity_id = identity AND c.centre_id <> {CENTRE} AND i.objected_at IS NULL),
                last AS (
                    SELECT s.arrival, s.booking_category FROM elsewhere e
                    JOIN stays s ON s.centre_id = e.centre_id AND s.client_id = e.card_id
                    WHERE s.status IN ('present', 'departed') ORDER BY s.arrival DESC, s.id LIMIT 1)
                SELECT (SELECT count(DISTINCT e.centre_id) FROM elsewhere e), l.arrival, l.booking_category
                FROM (SELECT) one LEFT JOIN last l ON true;
        END""",
        language="plpgsql",
    ),
    definer_function(
        "referential_signal_of(card uuid)",
        "TABLE (centres bigint, last_arrival date, booking_category text)",
        f"""SELECT s.* FROM identity_cards c CROSS JOIN LATERAL referential_signal(c.identity_id) s
            WHERE c.centre_id = {CENTRE} AND c.card_id = card""",
    ),
]


async def forwards() -> MigrationManager:
    """Make the referential."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=[*TABLES, *FUNCTIONS])
