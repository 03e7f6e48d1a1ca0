"""Client cards, their phones and contacts, the words they are found by, and the blacklist."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, reference, steps, tenant_table

ID = "2026-11-21T22:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "client cards"

CLIENTS = tenant_table(
    "clients",
    """
    kind text NOT NULL,
    title text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    organisation text NOT NULL,
    contact_name text NOT NULL,
    name text NOT NULL,
    sort_key text COLLATE "C" NOT NULL,
    search text NOT NULL,
    client_type text NOT NULL,
    social_economy boolean NOT NULL,
    email text NOT NULL,
    email_quality text NOT NULL,
    email_consent boolean NOT NULL,
    email_consent_at timestamptz,
    email_consent_source text NOT NULL,
    email_consent_text text NOT NULL,
    sms_consent boolean NOT NULL,
    street text NOT NULL,
    postal_code text NOT NULL,
    town text NOT NULL,
    country text NOT NULL,
    reference text NOT NULL,
    status text NOT NULL,
    birth_date date,
    language text NOT NULL,
    colour text NOT NULL,
    habits text NOT NULL,
    special_requests text NOT NULL,
    notes text NOT NULL,
    first_contact date,
    discovery_channel text NOT NULL,
    discovery_detail text NOT NULL,
    stayed_elsewhere boolean,
    source text NOT NULL,
    foreign_id text,
    source_row jsonb,
    written jsonb NOT NULL,
    mended text[] NOT NULL,
    anonymised boolean NOT NULL DEFAULT false,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT clients_centre_id_reference_unique UNIQUE (centre_id, reference),
    CONSTRAINT clients_centre_id_source_foreign_id_unique UNIQUE (centre_id, source, foreign_id),
    CONSTRAINT clients_kind_check CHECK (kind IN ('person', 'organisation')),
    CONSTRAINT clients_status_check CHECK (status IN ('prospect', 'client')),
    CONSTRAINT clients_country_check CHECK (country ~ '^([A-Z]{2})?$'),
    CONSTRAINT clients_email_quality_check CHECK (email_quality IN ('valid', 'ota_alias', 'generic', 'invalid', 'empty')),
    CONSTRAINT clients_email_consent_check CHECK (NOT email_consent OR email_consent_at IS NOT NULL)
    """,
)

PHONES = tenant_table(
    "client_phones",
    """
    client_id uuid NOT NULL,
    position smallint NOT NULL,
    number text NOT NULL,
    e164 text NOT NULL,
    mobile boolean NOT NULL,
    CONSTRAINT client_phones_client_id_position_unique UNIQUE (centre_id, client_id, position)
    """,
)

CONTACTS = tenant_table(
    "client_contacts",
    """
    client_id uuid NOT NULL,
    position smallint NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    phone text NOT NULL,
    roles text[] NOT NULL,
    CONSTRAINT client_contacts_client_id_position_unique UNIQUE (centre_id, client_id, position),
    CONSTRAINT client_contacts_roles_check CHECK (roles <@ ARRAY['booking', 'contract', 'invoice', 'on_site'])
    """,
)

BLACKLISTINGS = tenant_table(
    "client_blacklistings",
    """
    client_id uuid NOT NULL,
    reason text NOT NULL,
    evidence_day date NOT NULL,
    last_day date NOT NULL,
    set_at timestamptz NOT NULL,
    set_by text NOT NULL,
    lifted_at timestamptz,
    lifted_by text,
    CONSTRAINT client_blacklistings_reason_check
        CHECK (reason IN ('unpaid', 'damage', 'nuisance', 'violence', 'fraud')),
    CONSTRAINT client_blacklistings_last_day_check
        CHECK (last_day >= evidence_day AND last_day <= ((set_at AT TIME ZONE 'UTC')::date + interval '3 years 1 day')::date),
    CONSTRAINT client_blacklistings_lifted_check CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
    """,
    grants="SELECT, INSERT, UPDATE",
)

WORDS = """
    -- An index written by hand, not a thing of its own: no id, or it would cost more than the cards themselves. Plain
    -- text order is leakproof, so that prefix ranges keep their index under row-level security; trigrams do not.
    CREATE TABLE client_words (
        centre_id uuid NOT NULL,
        client_id uuid NOT NULL,
        kind "char" NOT NULL,
        word text COLLATE "C" NOT NULL,
        CONSTRAINT client_words_pkey PRIMARY KEY (centre_id, kind, word, client_id)
    );
    CREATE TABLE client_misspellings (
        centre_id uuid NOT NULL,
        misspelling text COLLATE "C" NOT NULL,
        stem text COLLATE "C" NOT NULL,
        CONSTRAINT client_misspellings_pkey PRIMARY KEY (centre_id, misspelling, stem)
    );
    CREATE INDEX client_words_client_id_index ON client_words (centre_id, client_id);
    ALTER TABLE client_words ADD CONSTRAINT client_words_client_id_fk
        FOREIGN KEY (centre_id, client_id) REFERENCES clients (centre_id, id) ON DELETE CASCADE;
""" + "".join(
    f"""
    ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {name} FORCE ROW LEVEL SECURITY;
    CREATE POLICY {name}_of_the_centre ON {name} TO halte_app
        USING (centre_id = {CENTRE}) WITH CHECK (centre_id = {CENTRE});
    REVOKE ALL ON {name} FROM PUBLIC;
    GRANT SELECT, INSERT, DELETE ON {name} TO halte_app;
    GRANT SELECT ON {name} TO halte_backup;
    """
    for name in ("client_words", "client_misspellings")
)

REFUSAL = """
    CREATE FUNCTION refuse_blacklisted_client() RETURNS trigger LANGUAGE plpgsql AS $$
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
            END LOOP;
            RETURN NEW;
        END $$;
"""

SQL = [
    CLIENTS,
    "CREATE INDEX clients_sort_key_index ON clients (centre_id, sort_key, id)",
    "CREATE INDEX clients_email_index ON clients (centre_id, lower(email)) WHERE email <> ''",
    PHONES,
    reference("client_phones", "client_id", "clients"),
    CONTACTS,
    reference("client_contacts", "client_id", "clients"),
    BLACKLISTINGS,
    reference("client_blacklistings", "client_id", "clients"),
    """CREATE UNIQUE INDEX client_blacklistings_client_id_unique ON client_blacklistings (centre_id, client_id)
        WHERE lifted_at IS NULL""",
    WORDS,
    REFUSAL,
]


async def forwards() -> MigrationManager:
    """Make the kardex."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
