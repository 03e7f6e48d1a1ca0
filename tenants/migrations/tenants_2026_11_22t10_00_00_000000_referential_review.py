"""The steward's queue: pairs with the bits of each field, decisions that can be taken back, links cut where they held."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, finder_reads, shared_table, steps

ID = "2026-11-22T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the steward's queue"

NO_CENTRE = f"IF {CENTRE} IS NOT NULL THEN RAISE EXCEPTION 'only for the network' USING ERRCODE = '42501'; END IF;"
"""First thing in what only the network may do: a centre's transaction is refused."""

READ_BY_STEWARDS = (
    "identities",
    "identity_cards",
    "identity_keys",
    "identity_links",
    "identity_refusals",
    "identity_proposals",
    "identity_decisions",
)

TABLES = [
    "ALTER TABLE identity_proposals ADD COLUMN fields jsonb NOT NULL DEFAULT '{}', ADD COLUMN postponed_at timestamptz",
    "ALTER TABLE identity_proposals ALTER COLUMN fields DROP DEFAULT",
    "CREATE INDEX identity_proposals_other_card_id_index ON identity_proposals (other_card_id)",
    "CREATE INDEX identity_links_other_card_id_index ON identity_links (other_card_id)",
    shared_table(
        "identity_decisions",
        """
        id uuid PRIMARY KEY,
        card_id uuid NOT NULL,
        other_card_id uuid NOT NULL,
        verdict text NOT NULL,
        bits real NOT NULL,
        fields jsonb NOT NULL,
        agreed text[] NOT NULL,
        model text NOT NULL,
        link_id uuid,
        decided_at timestamptz NOT NULL,
        decided_by text NOT NULL,
        undone_at timestamptz,
        undone_by text,
        CONSTRAINT identity_decisions_verdict_check CHECK (verdict IN ('same', 'different', 'later')),
        CONSTRAINT identity_decisions_undone_by_check CHECK ((undone_at IS NULL) = (undone_by IS NULL))
        """,
    ),
    "CREATE INDEX identity_decisions_card_id_index ON identity_decisions (card_id)",
    "CREATE INDEX identity_decisions_other_card_id_index ON identity_decisions (other_card_id)",
    "CREATE INDEX identity_decisions_decided_at_index ON identity_decisions (decided_at)",
    finder_reads("identity_decisions", tenant=False, grants="SELECT, INSERT, UPDATE, DELETE"),
    f"GRANT SELECT ON {', '.join(READ_BY_STEWARDS)} TO halte_network",
    "GRANT INSERT ON audit_entries TO halte_finder",
]

DECIDING = [
    # Take a pair out of the queue for one who decides it; two stewards do not decide the same pair.
    definer_function(
        "referential_take(one uuid, other uuid)",
        "TABLE (bits real, fields jsonb, agreed text[], model text)",
        f"""
        BEGIN
            {NO_CENTRE}
            RETURN QUERY DELETE FROM identity_proposals p
                WHERE p.card_id = least(one, other) AND p.other_card_id = greatest(one, other)
                RETURNING p.bits, p.fields, p.agreed, p.model;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_put_back(decision uuid, at timestamptz, postponed timestamptz)",
        "void",
        f"""
        BEGIN
            {NO_CENTRE}
            INSERT INTO identity_proposals (card_id, other_card_id, bits, fields, agreed, model, made_at, postponed_at)
            SELECT least(d.card_id, d.other_card_id), greatest(d.card_id, d.other_card_id), d.bits, d.fields, d.agreed,
                d.model, at, postponed
            FROM identity_decisions d
            JOIN identity_cards a ON a.card_id = d.card_id JOIN identity_cards b ON b.card_id = d.other_card_id
            WHERE d.id = decision
            ON CONFLICT (card_id, other_card_id) DO UPDATE SET postponed_at = EXCLUDED.postponed_at;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_decided(decision jsonb, who text, at timestamptz)",
        "void",
        f"""
        BEGIN
            {NO_CENTRE}
            INSERT INTO identity_decisions (id, card_id, other_card_id, verdict, bits, fields, agreed, model, link_id,
                decided_at, decided_by)
            SELECT d.id, d.card, d.other, d.verdict, d.bits, d.fields, d.agreed, d.model, d.link, at, who
            FROM jsonb_to_record(decision) AS d (id uuid, card uuid, other uuid, verdict text, bits real, fields jsonb,
                agreed text[], model text, link uuid);
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_recall(decision uuid, who text, at timestamptz)",
        "TABLE (card_id uuid, other_card_id uuid, verdict text, bits real, fields jsonb, agreed text[], model text, link_id uuid)",
        f"""
        BEGIN
            {NO_CENTRE}
            RETURN QUERY UPDATE identity_decisions d SET undone_at = at, undone_by = who
                WHERE d.id = decision AND d.undone_at IS NULL
                RETURNING d.card_id, d.other_card_id, d.verdict, d.bits, d.fields, d.agreed, d.model, d.link_id;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_unrefuse(one uuid, other uuid)",
        "void",
        f"""
        BEGIN
            {NO_CENTRE}
            DELETE FROM identity_refusals r WHERE (r.card_id, r.other_card_id) IN ((one, other), (other, one));
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_link_of(link uuid)",
        "TABLE (card_id uuid, other_card_id uuid, bits real, fields jsonb, agreed text[], model text)",
        f"""SELECT l.card_id, l.other_card_id, l.bits, l.fields, l.agreed, l.model FROM identity_links l
            WHERE l.id = link AND {CENTRE} IS NULL""",
    ),
    # What the network read of a centre's card stands in that centre's own trail; once a day for one reader and action.
    definer_function(
        "referential_note_reading(readings jsonb, reader jsonb, noted timestamptz)",
        "void",
        f"""
        BEGIN
            {NO_CENTRE}
            INSERT INTO audit_entries (id, centre_id, at, actor_kind, actor_name, account_id, address, request_id,
                subject_kind, subject_id, action, after)
            SELECT n.id, c.centre_id, noted, reader ->> 'kind', reader ->> 'name', (reader ->> 'account')::uuid,
                reader ->> 'address', reader ->> 'request', 'client', c.card_id, n.action, n.after
            FROM jsonb_to_recordset(readings) AS n (id uuid, card uuid, action text, after jsonb, each boolean)
            JOIN identity_cards c ON c.card_id = n.card
            WHERE n.each OR NOT EXISTS (SELECT FROM audit_entries e WHERE e.centre_id = c.centre_id
                AND e.subject_id = c.card_id AND e.action = n.action AND e.at > noted - interval '1 day'
                AND e.account_id IS NOT DISTINCT FROM (reader ->> 'account')::uuid);
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
]


async def forwards() -> MigrationManager:
    """Make them."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=[*TABLES, *DECIDING])
