"""Cards merged and given back, cards erased, and the certificates of what was destroyed in time."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, finder_reads, steps, tenant_table

ID = "2026-11-22T03:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "personal data"

SQL = [
    tenant_table(
        "client_merges",
        """
        kept_id uuid NOT NULL,
        merged_id uuid NOT NULL,
        merged_row jsonb NOT NULL,
        merged_fields jsonb NOT NULL,
        kept_fields jsonb NOT NULL,
        kept_status text NOT NULL,
        kept_version bigint NOT NULL,
        moved jsonb NOT NULL,
        removed jsonb NOT NULL,
        merged_at timestamptz NOT NULL,
        merged_by text NOT NULL,
        undone_at timestamptz,
        undone_by text,
        CONSTRAINT client_merges_undone_by_check CHECK ((undone_at IS NULL) = (undone_by IS NULL))
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    "CREATE INDEX client_merges_kept_id_index ON client_merges (centre_id, kept_id)",
    tenant_table(
        "retention_certificates",
        """
        what text NOT NULL,
        until_day date NOT NULL,
        entries integer NOT NULL,
        destroyed_at timestamptz NOT NULL,
        CONSTRAINT retention_certificates_what_check CHECK (what IN ('prospects', 'blacklistings')),
        CONSTRAINT retention_certificates_entries_check CHECK (entries > 0)
        """,
        grants="SELECT, INSERT",
    ),
    finder_reads("audit_entries", tenant=True, grants="SELECT, UPDATE"),
    # The trail keeps who did what and when; what stood on the erased card goes.
    definer_function(
        "forget_in_trail(subjects uuid[])",
        "bigint",
        f"""WITH gone AS (UPDATE audit_entries SET before = NULL, after = NULL
                WHERE centre_id = {CENTRE} AND subject_id = ANY (subjects) RETURNING 1)
            SELECT count(*) FROM gone""",
        volatility="VOLATILE",
    ),
    finder_reads("enquiry_messages", tenant=True, grants="SELECT, UPDATE"),
    # A thread is written once and never changed, but for this.
    definer_function(
        "forget_in_threads(threads uuid[])",
        "bigint",
        f"""WITH gone AS (UPDATE enquiry_messages SET body = '', author = ''
                WHERE centre_id = {CENTRE} AND enquiry_id = ANY (threads) RETURNING 1)
            SELECT count(*) FROM gone""",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_forget(card uuid)",
        "boolean",
        f"""WITH mine AS (SELECT card_id FROM identity_cards WHERE card_id = card AND centre_id = {CENTRE}),
                links AS (DELETE FROM identity_links l USING mine
                    WHERE l.card_id = mine.card_id OR l.other_card_id = mine.card_id),
                refusals AS (DELETE FROM identity_refusals r USING mine
                    WHERE r.card_id = mine.card_id OR r.other_card_id = mine.card_id),
                proposals AS (DELETE FROM identity_proposals p USING mine
                    WHERE p.card_id = mine.card_id OR p.other_card_id = mine.card_id)
            DELETE FROM identity_cards c USING mine WHERE c.card_id = mine.card_id RETURNING true""",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_object(card uuid, at timestamptz)",
        "boolean",
        f"""UPDATE identities i SET objected_at = at FROM identity_cards c
            WHERE c.card_id = card AND c.centre_id = {CENTRE} AND i.id = c.identity_id RETURNING i.objected_at IS NOT NULL""",
        volatility="VOLATILE",
    ),
    definer_function(
        "referential_objected(card uuid)",
        "timestamptz",
        f"""SELECT i.objected_at FROM identity_cards c JOIN identities i ON i.id = c.identity_id
            WHERE c.card_id = card AND c.centre_id = {CENTRE}""",
    ),
    definer_function(
        "referential_cards_of(card uuid)",
        "TABLE (centre_id uuid, card_id uuid)",
        f"""SELECT theirs.centre_id, theirs.card_id FROM identity_cards mine
            JOIN identity_cards theirs ON theirs.identity_id = mine.identity_id
            WHERE mine.card_id = card AND {CENTRE} IS NULL ORDER BY 1, 2""",
    ),
]


async def forwards() -> MigrationManager:
    """Make the tables and the functions."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
