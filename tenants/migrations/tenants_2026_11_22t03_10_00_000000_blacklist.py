"""The padlock's letter, the stays it leaves to be decided, and the network's alert."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, finder_reads, reference, shared_table, steps, tenant_table

ID = "2026-11-22T03:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "blacklist letter, stays, alert"

OPEN_LOCK = "b.lifted_at IS NULL AND b.last_day >= current_date"

SQL = [
    """ALTER TABLE client_blacklistings
        ADD COLUMN letter_id uuid,
        ADD COLUMN letter_sent_day date,
        ADD COLUMN letter_means text,
        ADD CONSTRAINT client_blacklistings_letter_means_check
            CHECK ((letter_sent_day IS NULL) = (letter_means IS NULL) AND letter_means IN ('email', 'post', 'hand'))
    """,
    tenant_table(
        "client_blacklisting_stays",
        """
        blacklisting_id uuid NOT NULL,
        stay_id uuid NOT NULL,
        kept_at timestamptz,
        kept_by text,
        CONSTRAINT client_blacklisting_stays_blacklisting_id_stay_id_unique UNIQUE (centre_id, blacklisting_id, stay_id),
        CONSTRAINT client_blacklisting_stays_kept_by_check CHECK ((kept_at IS NULL) = (kept_by IS NULL))
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("client_blacklisting_stays", "blacklisting_id", "client_blacklistings"),
    reference("client_blacklisting_stays", "stay_id", "stays"),
    shared_table(
        "blacklist_alerts",
        """
        id uuid PRIMARY KEY,
        centre_id uuid NOT NULL CONSTRAINT blacklist_alerts_centre_id_fk REFERENCES centres (id),
        blacklisting_id uuid NOT NULL CONSTRAINT blacklist_alerts_blacklisting_id_unique UNIQUE,
        card_id uuid NOT NULL,
        asked_at timestamptz NOT NULL,
        asked_by text NOT NULL,
        asked_by_id uuid,
        decided_at timestamptz,
        decided_by text,
        decided_by_id uuid,
        confirmed boolean,
        CONSTRAINT blacklist_alerts_decided_at_check CHECK ((decided_at IS NULL) = (confirmed IS NULL)),
        CONSTRAINT blacklist_alerts_decided_by_id_check CHECK (decided_by_id IS NULL OR decided_by_id <> asked_by_id)
        """,
    ),
    finder_reads("blacklist_alerts", tenant=False, grants="SELECT, INSERT, UPDATE"),
    finder_reads("client_blacklistings", tenant=True),
    definer_function(
        "blacklist_alert_ask(alert uuid, lock uuid, by_name text, by_id uuid, at timestamptz)",
        "boolean",
        f"""INSERT INTO blacklist_alerts (id, centre_id, blacklisting_id, card_id, asked_at, asked_by, asked_by_id)
            SELECT alert, b.centre_id, b.id, b.client_id, at, by_name, by_id FROM client_blacklistings b
            WHERE b.centre_id = {CENTRE} AND b.id = lock AND {OPEN_LOCK}
            ON CONFLICT DO NOTHING RETURNING true""",
        volatility="VOLATILE",
    ),
    definer_function(
        "blacklist_alert_of(lock uuid)",
        "TABLE (asked_at timestamptz, asked_by text, decided_at timestamptz, confirmed boolean)",
        f"""SELECT a.asked_at, a.asked_by, a.decided_at, a.confirmed FROM blacklist_alerts a
            WHERE a.centre_id = {CENTRE} AND a.blacklisting_id = lock""",
    ),
    # What another centre sees: whom to call, and nothing else.
    definer_function(
        "blacklist_alerts_about(card uuid)",
        "TABLE (centre_name text, phone text)",
        f"""SELECT DISTINCT centre.name, centre.phone
            FROM identity_cards mine
            JOIN identity_cards theirs ON theirs.identity_id = mine.identity_id AND theirs.centre_id <> mine.centre_id
            JOIN blacklist_alerts a ON a.card_id = theirs.card_id AND a.confirmed
            JOIN client_blacklistings b ON b.centre_id = a.centre_id AND b.id = a.blacklisting_id AND {OPEN_LOCK}
            JOIN centres centre ON centre.id = a.centre_id
            WHERE mine.card_id = card AND mine.centre_id = {CENTRE} ORDER BY 1""",
    ),
    definer_function(
        "blacklist_alerts_waiting()",
        """TABLE (id uuid, centre_name text, asked_at timestamptz, asked_by text, reason text, evidence_day date,
               last_day date, other_centres bigint)""",
        f"""SELECT a.id, centre.name, a.asked_at, a.asked_by, b.reason, b.evidence_day, b.last_day,
                (SELECT count(DISTINCT theirs.centre_id) FROM identity_cards mine
                 JOIN identity_cards theirs ON theirs.identity_id = mine.identity_id AND theirs.centre_id <> mine.centre_id
                 WHERE mine.card_id = a.card_id)
            FROM blacklist_alerts a
            JOIN client_blacklistings b ON b.centre_id = a.centre_id AND b.id = a.blacklisting_id AND {OPEN_LOCK}
            JOIN centres centre ON centre.id = a.centre_id
            WHERE a.decided_at IS NULL AND {CENTRE} IS NULL ORDER BY a.asked_at, a.id""",
    ),
    definer_function(
        "blacklist_alert_decide(alert uuid, yes boolean, by_name text, by_id uuid, at timestamptz)",
        "uuid",
        f"""UPDATE blacklist_alerts SET decided_at = at, decided_by = by_name, decided_by_id = by_id, confirmed = yes
            WHERE id = alert AND decided_at IS NULL AND {CENTRE} IS NULL RETURNING centre_id""",
        volatility="VOLATILE",
    ),
]


async def forwards() -> MigrationManager:
    """Make the columns, the tables and the functions."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
