"""A pass over the network asks stewards about what it leaves undecided, and takes that back with its links."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-23T21:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "pairs for stewards of a pass over the network"

NO_CENTRE = f"IF {CENTRE} IS NOT NULL THEN RAISE EXCEPTION 'only for the network' USING ERRCODE = '42501'; END IF;"
"""First thing in what only the network may do: a centre's transaction is refused."""

SQL = [
    "ALTER TABLE identity_link_runs ADD COLUMN proposed bigint NOT NULL DEFAULT 0",
    "ALTER TABLE identity_proposals ADD COLUMN run_id uuid",
    "CREATE INDEX identity_proposals_run_id_index ON identity_proposals (run_id) WHERE run_id IS NOT NULL",
    # What waits already stays as it is; what became one, or was refused, is not asked about.
    definer_function(
        "referential_propose_run(run uuid, pairs jsonb, at timestamptz)",
        "bigint",
        f"""
        DECLARE
            asked bigint;
        BEGIN
            {NO_CENTRE}
            INSERT INTO identity_proposals (card_id, other_card_id, bits, fields, agreed, model, made_at, run_id)
            SELECT least(p.card, p.other), greatest(p.card, p.other), p.bits, p.fields, p.agreed, p.model, at, run
            FROM jsonb_to_recordset(pairs)
                AS p (card uuid, other uuid, bits real, fields jsonb, agreed text[], model text)
            JOIN identity_cards a ON a.card_id = p.card JOIN identity_cards b ON b.card_id = p.other
            WHERE a.identity_id <> b.identity_id AND NOT EXISTS (
                SELECT FROM identity_refusals r WHERE r.card_id = p.card AND r.other_card_id = p.other)
            ON CONFLICT (card_id, other_card_id) DO NOTHING;
            GET DIAGNOSTICS asked = ROW_COUNT;
            UPDATE identity_link_runs r SET proposed = r.proposed + asked WHERE r.id = run;
            RETURN asked;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
    "DROP FUNCTION referential_run_undone(uuid, text, timestamptz)",
    definer_function(
        "referential_run_undone(run uuid, who text, at timestamptz)",
        "boolean",
        f"""
        BEGIN
            {NO_CENTRE}
            UPDATE identity_link_runs r SET undone_at = at, undone_by = who WHERE r.id = run AND r.undone_at IS NULL
                AND NOT EXISTS (SELECT FROM identity_links l WHERE l.run_id = run AND l.undone_at IS NULL);
            IF NOT FOUND THEN
                RETURN false;
            END IF;
            DELETE FROM identity_proposals p WHERE p.run_id = run;
            RETURN true;
        END""",
        language="plpgsql",
        volatility="VOLATILE",
    ),
]


async def forwards() -> MigrationManager:
    """Add the columns and the functions."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
