"""Passes over the whole network are kept: who began each, what it linked; and all its links can be taken back, in parts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, finder_reads, shared_table, steps

ID = "2026-11-23T21:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "passes over the whole network, and their links taken back"

NO_CENTRE = f"IF {CENTRE} IS NOT NULL THEN RAISE EXCEPTION 'only for the network' USING ERRCODE = '42501'; END IF;"
"""First thing in what only the network may do: a centre's transaction is refused."""

TABLES = [
    shared_table(
        "identity_link_runs",
        """
        id uuid PRIMARY KEY,
        started_at timestamptz NOT NULL,
        started_by text NOT NULL,
        model text NOT NULL,
        threshold real NOT NULL,
        cards bigint NOT NULL,
        pairs bigint NOT NULL,
        planned bigint NOT NULL,
        links bigint NOT NULL,
        refused bigint NOT NULL,
        finished_at timestamptz,
        undone_at timestamptz,
        undone_by text,
        CONSTRAINT identity_link_runs_undone_by_check CHECK ((undone_at IS NULL) = (undone_by IS NULL))
        """,
    ),
    finder_reads("identity_link_runs", tenant=False, grants="SELECT, INSERT, UPDATE"),
    "GRANT SELECT ON identity_link_runs TO halte_network",
    "ALTER TABLE identity_links ADD COLUMN run_id uuid",
    """CREATE INDEX identity_links_standing_index ON identity_links (run_id, id)
       WHERE run_id IS NOT NULL AND undone_at IS NULL""",
]

LOCKED = """
    PERFORM pg_advisory_xact_lock(space, n.number) FROM unnest(numbers) AS n (number);
    PERFORM FROM identity_cards c WHERE c.identity_id IN (
        SELECT o.identity_id FROM identity_cards o WHERE o.card_id = ANY (ends)) ORDER BY c.card_id FOR UPDATE;"""
"""Who saves a card like these is waited for, by the same locks in the same order; then all cards that may move, in theirs."""

RUNS = [
    definer_function(
        "referential_begin_run(run uuid, by_model text, at_least real, who text, at timestamptz)",
        "void",
        f"""
        BEGIN
            {NO_CENTRE}
            INSERT INTO identity_link_runs (id, started_at, started_by, model, threshold, cards, pairs, planned, links, refused)
                VALUES (run, at, who, by_model, at_least, 0, 0, 0, 0, 0);
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_note_run(run uuid, read bigint, compared bigint, to_write bigint, kept_apart bigint)",
        "void",
        f"""
        BEGIN
            {NO_CENTRE}
            UPDATE identity_link_runs r SET cards = read, pairs = compared, planned = to_write, refused = kept_apart
                WHERE r.id = run;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_end_run(run uuid, at timestamptz)",
        "void",
        f"""
        BEGIN
            {NO_CENTRE}
            UPDATE identity_link_runs r SET finished_at = at WHERE r.id = run;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    # A part of a pass. What became one meanwhile needs no link; what a steward parted meanwhile gets none.
    definer_function(
        "referential_write_run(run uuid, joins jsonb, space integer, numbers integer[], at timestamptz)",
        "bigint",
        f"""
        DECLARE
            ends uuid[] := ARRAY(SELECT j.card FROM jsonb_to_recordset(joins) AS j (card uuid)
                UNION SELECT j.other FROM jsonb_to_recordset(joins) AS j (other uuid));
            said record;
            here uuid;
            there uuid;
            written bigint := 0;
        BEGIN
            {NO_CENTRE}
            {LOCKED}
            FOR said IN SELECT * FROM jsonb_to_recordset(joins) AS j (id uuid, card uuid, other uuid, bits real,
                fields jsonb, agreed text[], round smallint, model text, decided_by text)
            LOOP
                SELECT c.identity_id INTO here FROM identity_cards c WHERE c.card_id = said.card;
                SELECT c.identity_id INTO there FROM identity_cards c WHERE c.card_id = said.other;
                CONTINUE WHEN here IS NULL OR there IS NULL OR here = there OR EXISTS (SELECT FROM identity_cards a
                    JOIN identity_refusals r ON r.card_id = a.card_id
                    JOIN identity_cards b ON b.card_id = r.other_card_id AND b.identity_id = there
                    WHERE a.identity_id = here);
                WITH moved AS (
                    UPDATE identity_cards SET identity_id = least(here, there) WHERE identity_id = greatest(here, there)
                    RETURNING card_id)
                INSERT INTO identity_links (id, card_id, other_card_id, identity_id, former_identity_id, moved, bits,
                    fields, agreed, round, model, decided_by, made_at, run_id)
                SELECT said.id, said.card, said.other, least(here, there), greatest(here, there),
                    ARRAY(SELECT card_id FROM moved), said.bits, said.fields, said.agreed, said.round, said.model,
                    said.decided_by, at, run;
                written := written + 1;
            END LOOP;
            UPDATE identity_link_runs r SET links = r.links + written WHERE r.id = run;
            RETURN written;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    # A part of taking a pass back: links that a steward or a later save ended are left as they are. NULL while a pass is
    # under way.
    definer_function(
        "referential_cut_run(gone uuid[], fresh uuid[], who text, space integer, numbers integer[], at timestamptz)",
        "bigint",
        f"""
        DECLARE
            ends uuid[] := ARRAY(SELECT l.card_id FROM identity_links l WHERE l.id = ANY (gone)
                UNION SELECT l.other_card_id FROM identity_links l WHERE l.id = ANY (gone));
            parted bigint := 0;
        BEGIN
            {NO_CENTRE}
            IF NOT pg_try_advisory_xact_lock_shared(4203, 0) THEN
                RETURN NULL;
            END IF;
            {LOCKED}
            FOR place IN 1 .. cardinality(gone) LOOP
                IF referential_cut(gone[place], fresh[place], who, at) IS NOT NULL THEN
                    parted := parted + 1;
                END IF;
            END LOOP;
            RETURN parted;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_run_undone(run uuid, who text, at timestamptz)",
        "boolean",
        f"""
        BEGIN
            {NO_CENTRE}
            UPDATE identity_link_runs r SET undone_at = at, undone_by = who WHERE r.id = run AND r.undone_at IS NULL
                AND NOT EXISTS (SELECT FROM identity_links l WHERE l.run_id = run AND l.undone_at IS NULL);
            RETURN FOUND;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
]

CUTTING = [
    # The sides are followed once all that may move is locked: who joined one of them meanwhile leaves with it.
    "DROP FUNCTION referential_cut(uuid, uuid, text, timestamptz)",
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
            IF here = there THEN
                PERFORM FROM identity_cards c WHERE c.identity_id = here ORDER BY c.card_id FOR UPDATE;
                mine := referential_side(cut.card_id);
                theirs := referential_side(cut.other_card_id);
            END IF;
            IF here = there AND NOT cut.other_card_id = ANY (mine) THEN
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
]


async def forwards() -> MigrationManager:
    """Make the table and the functions."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=[*TABLES, *RUNS, *CUTTING])
