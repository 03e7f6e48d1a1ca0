"""A lock that the network shares holds on the identity: at the other centres too, which see only whom to call."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, steps

ID = "2026-11-22T08:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "a shared lock holds on the identity"

SQL = [
    # Before it decides, the network takes the locks of all the cards that its decision is about.
    definer_function(
        "blacklist_alert_cards(alert uuid)",
        "SETOF uuid",
        f"""SELECT theirs.card_id FROM blacklist_alerts a
            JOIN identity_cards own ON own.card_id = a.card_id
            JOIN identity_cards theirs ON theirs.identity_id = own.identity_id AND theirs.centre_id <> own.centre_id
            WHERE a.id = alert AND {CENTRE} IS NULL ORDER BY 1""",
    ),
    """CREATE OR REPLACE FUNCTION refuse_blacklisted_client() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            today date;
            person uuid;
        BEGIN
            -- What is over, or was already agreed, stays as it is: each of them is decided by a person.
            IF NEW.status NOT IN ('tentative', 'option', 'confirmed', 'present') THEN
                RETURN NEW;
            END IF;
            IF TG_OP = 'UPDATE' AND NEW.client_id IS NOT DISTINCT FROM OLD.client_id
                AND NEW.payer_id IS NOT DISTINCT FROM OLD.payer_id
                AND (NEW.status IN (OLD.status, 'present') OR OLD.status = 'present') THEN
                RETURN NEW;
            END IF;
            today := (now() AT TIME ZONE coalesce(
                (SELECT time_zone FROM centres WHERE id = NEW.centre_id), 'Europe/Paris'))::date;
            FOREACH person IN ARRAY array_remove(ARRAY[NEW.client_id, NEW.payer_id], NULL) LOOP
                PERFORM pg_advisory_xact_lock_shared(hashtextextended(person::text, 1));
                IF EXISTS (SELECT FROM client_blacklistings b WHERE b.centre_id = NEW.centre_id
                    AND b.client_id = person AND b.lifted_at IS NULL AND b.last_day >= today) THEN
                    RAISE EXCEPTION 'the client is blacklisted'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'stays_client_not_blacklisted', TABLE = 'stays';
                END IF;
                IF EXISTS (SELECT FROM blacklist_alerts_about(person)) THEN
                    RAISE EXCEPTION 'the network says whom to call first'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'stays_client_not_alerted', TABLE = 'stays';
                END IF;
            END LOOP;
            RETURN NEW;
        END $$""",
]


async def forwards() -> MigrationManager:
    """Let the lock hold."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
