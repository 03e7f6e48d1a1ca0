"""Centres, and who may do what in them: accounts, roles, keys, sessions, device codes.

Accounts belong to the network: a person has one, and roles in several centres. Policies keep them apart all the same:
in a centre's transaction only accounts with a role there are seen, only those that work nowhere else are changed, and
password hashes, TOTP secrets, sessions and codes are not seen at all (decision 0002).
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import CENTRE, definer_function, finder_reads, reference, shared_table, steps, tenant_table

ID = "2026-11-21T22:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "centres and accounts"

OUTSIDE_CENTRES = f"{CENTRE} IS NULL"
IN_THE_CENTRE = (
    f"EXISTS (SELECT FROM memberships WHERE memberships.centre_id = {CENTRE} AND memberships.account_id = %s)"
)
OWN_OF_THE_CENTRE = "account_is_own(%s)"


def guarded(name: str, columns: str, *, policies: dict[str, str], grants: str, finder: str = "SELECT") -> str:
    """Return the SQL of a network table under row-level security: a policy for each verb of halte_app, and grants."""
    made = "".join(
        f"CREATE POLICY {name}_{verb.lower()} ON {name} FOR {verb} TO halte_app "
        + (f"WITH CHECK ({condition});" if verb == "INSERT" else f"USING ({condition});")
        for verb, condition in policies.items()
    )
    return f"""
        {shared_table(name, columns)}
        ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {name} FORCE ROW LEVEL SECURITY;
        {made}
        GRANT {grants} ON {name} TO halte_app;
        {finder_reads(name, tenant=True, grants=finder)}
    """


CENTRES = f"""
    {
    shared_table(
        "centres",
        '''
        id uuid PRIMARY KEY,
        slug text NOT NULL,
        name text NOT NULL,
        legal_name text NOT NULL,
        siret text NOT NULL,
        vat_number text NOT NULL,
        street text NOT NULL,
        postal_code text NOT NULL,
        town text NOT NULL,
        country text NOT NULL,
        phone text NOT NULL,
        email text NOT NULL,
        time_zone text NOT NULL,
        languages text[] NOT NULL,
        colour text NOT NULL,
        sender_name text NOT NULL,
        acm_number text NOT NULL,
        safety_commission_day date,
        capacity_minors integer,
        plan text NOT NULL,
        stripe_account text,
        iban text NOT NULL,
        bic text NOT NULL,
        deposit_basis_points integer NOT NULL,
        deposit_nature text NOT NULL,
        option_days integer NOT NULL,
        embed_origins text[] NOT NULL,
        state text NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT centres_slug_unique UNIQUE (slug),
        CONSTRAINT centres_slug_check CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$'),
        CONSTRAINT centres_state_check CHECK (state IN ('provisioned', 'active', 'suspended', 'closed')),
        CONSTRAINT centres_deposit_nature_check CHECK (deposit_nature IN ('acompte', 'arrhes')),
        CONSTRAINT centres_deposit_basis_points_check CHECK (deposit_basis_points BETWEEN 0 AND 10000),
        CONSTRAINT centres_option_days_check CHECK (option_days BETWEEN 1 AND 365),
        CONSTRAINT centres_capacity_minors_check CHECK (capacity_minors >= 0)
        ''',
    )
}
    ALTER TABLE centres ENABLE ROW LEVEL SECURITY;
    ALTER TABLE centres FORCE ROW LEVEL SECURITY;
    CREATE POLICY centres_of_the_centre ON centres TO halte_app USING (id = {CENTRE}) WITH CHECK (id = {CENTRE});
    CREATE POLICY centres_for_the_network ON centres FOR SELECT TO halte_network USING (true);
    GRANT SELECT, INSERT, UPDATE ON centres TO halte_app;
    GRANT SELECT ON centres TO halte_network;
    {finder_reads("centres", tenant=True)}
"""

IS_OWN = definer_function(
    "account_is_own(p_account uuid)",
    "boolean",
    f"""
    SELECT EXISTS (SELECT FROM memberships WHERE account_id = p_account AND centre_id = {CENTRE})
       AND NOT EXISTS (SELECT FROM memberships WHERE account_id = p_account AND centre_id <> {CENTRE})
       AND NOT EXISTS (SELECT FROM network_memberships WHERE account_id = p_account)
    """,
)
"""Whether the centre of the transaction is the only place of an account: whoever changes its password or keys could
otherwise walk into another centre."""

ACCOUNT_COLUMNS = (
    "id, login, name, email, language, first_start_done, keymap, theme, totp_last_step, state, version, created_at"
)

SQL = [
    CENTRES,
    definer_function(
        "find_centre(p_slug text)",
        "TABLE (id uuid, slug text, name text, state text, time_zone text)",
        "SELECT c.id, c.slug, c.name, c.state, c.time_zone FROM centres c WHERE c.slug = p_slug",
    ),
    # The accounts' policies speak of memberships, so accounts come without them first.
    shared_table(
        "accounts",
        """
        id uuid PRIMARY KEY,
        login text NOT NULL,
        name text NOT NULL,
        email text NOT NULL,
        language text NOT NULL,
        first_start_done boolean NOT NULL,
        keymap jsonb NOT NULL,
        theme text NOT NULL,
        password_hash text,
        totp_secret bytea,
        totp_last_step bigint,
        state text NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT accounts_login_unique UNIQUE (login),
        CONSTRAINT accounts_login_check CHECK (login ~ '^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$'),
        CONSTRAINT accounts_state_check CHECK (state IN ('active', 'disabled'))
        """,
    ),
    tenant_table(
        "roles",
        """
        name text NOT NULL,
        supplied boolean NOT NULL,
        rights text[] NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT roles_centre_id_name_unique UNIQUE (centre_id, name)
        """,
    ),
    tenant_table(
        "memberships",
        """
        account_id uuid NOT NULL CONSTRAINT memberships_account_id_fk REFERENCES accounts (id) ON DELETE RESTRICT,
        role_id uuid NOT NULL,
        state text NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT memberships_centre_id_account_id_unique UNIQUE (centre_id, account_id),
        CONSTRAINT memberships_state_check CHECK (state IN ('active', 'disabled'))
        """,
    ),
    reference("memberships", "role_id", "roles"),
    "CREATE INDEX memberships_account_index ON memberships (account_id)",
    finder_reads("roles", tenant=True),
    finder_reads("memberships", tenant=True),
    guarded(
        "network_memberships",
        """
        account_id uuid NOT NULL CONSTRAINT network_memberships_account_id_fk REFERENCES accounts (id) ON DELETE RESTRICT,
        role text NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (account_id, role),
        CONSTRAINT network_memberships_role_check CHECK (role IN ('network_admin', 'network_steward'))
        """,
        policies={"ALL": OUTSIDE_CENTRES},
        grants="SELECT, INSERT, DELETE",
    ),
    IS_OWN,
    f"""
    ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
    ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
    CREATE POLICY accounts_select ON accounts FOR SELECT TO halte_app
        USING ({OUTSIDE_CENTRES} OR {IN_THE_CENTRE % "accounts.id"});
    CREATE POLICY accounts_insert ON accounts FOR INSERT TO halte_app WITH CHECK (true);
    CREATE POLICY accounts_update ON accounts FOR UPDATE TO halte_app
        USING ({OUTSIDE_CENTRES} OR {OWN_OF_THE_CENTRE % "id"});
    GRANT SELECT ({ACCOUNT_COLUMNS}), INSERT, UPDATE ON accounts TO halte_app;
    {finder_reads("accounts", tenant=True)}
    """,
    guarded(
        "account_identities",
        """
        issuer text NOT NULL,
        subject text NOT NULL,
        account_id uuid NOT NULL CONSTRAINT account_identities_account_id_fk REFERENCES accounts (id) ON DELETE RESTRICT,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (issuer, subject)
        """,
        policies={"ALL": OUTSIDE_CENTRES},
        grants="SELECT, INSERT, DELETE",
    ),
    guarded(
        "ssh_keys",
        """
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT ssh_keys_account_id_fk REFERENCES accounts (id) ON DELETE RESTRICT,
        label text NOT NULL,
        fingerprint text NOT NULL,
        public_key text NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz,
        revoked_at timestamptz
        """,
        policies={
            "SELECT": f"{OUTSIDE_CENTRES} OR {OWN_OF_THE_CENTRE % 'account_id'}",
            "INSERT": f"{OUTSIDE_CENTRES} OR {OWN_OF_THE_CENTRE % 'account_id'}",
            "UPDATE": f"{OUTSIDE_CENTRES} OR {OWN_OF_THE_CENTRE % 'account_id'}",
        },
        grants="SELECT, INSERT, UPDATE",
    ),
    """CREATE UNIQUE INDEX ssh_keys_account_id_fingerprint_unique ON ssh_keys (account_id, fingerprint)
       WHERE revoked_at IS NULL""",
    guarded(
        "sessions",
        """
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT sessions_account_id_fk REFERENCES accounts (id) ON DELETE RESTRICT,
        method text NOT NULL,
        key_id uuid CONSTRAINT sessions_key_id_fk REFERENCES ssh_keys (id) ON DELETE RESTRICT,
        address text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        end_reason text,
        CONSTRAINT sessions_method_check CHECK (method IN ('password', 'ssh', 'device'))
        """,
        policies={"ALL": OUTSIDE_CENTRES},
        grants="SELECT, INSERT, UPDATE, DELETE",
        finder="SELECT, UPDATE",
    ),
    "CREATE INDEX sessions_account_index ON sessions (account_id) WHERE ended_at IS NULL",
    guarded(
        "session_tokens",
        """
        digest bytea PRIMARY KEY,
        session_id uuid NOT NULL CONSTRAINT session_tokens_session_id_fk REFERENCES sessions (id) ON DELETE CASCADE,
        kind text NOT NULL,
        expires_at timestamptz NOT NULL,
        spent_at timestamptz,
        CONSTRAINT session_tokens_kind_check CHECK (kind IN ('access', 'refresh'))
        """,
        policies={"ALL": OUTSIDE_CENTRES},
        grants="SELECT, INSERT, UPDATE, DELETE",
    ),
    "CREATE INDEX session_tokens_session_index ON session_tokens (session_id)",
    guarded(
        "device_codes",
        """
        id uuid PRIMARY KEY,
        device_digest bytea NOT NULL,
        user_code text NOT NULL,
        centre_slug text,
        address text NOT NULL,
        state text NOT NULL,
        account_id uuid CONSTRAINT device_codes_account_id_fk REFERENCES accounts (id) ON DELETE RESTRICT,
        browser_digest bytea,
        oidc_state_digest bytea,
        oidc_nonce text,
        oidc_verifier text,
        oidc_issuer text,
        oidc_subject text,
        interval_seconds integer NOT NULL,
        polled_at timestamptz,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT device_codes_device_digest_unique UNIQUE (device_digest),
        CONSTRAINT device_codes_user_code_unique UNIQUE (user_code),
        CONSTRAINT device_codes_state_check CHECK (state IN ('pending', 'identified', 'approved', 'denied', 'used')),
        CONSTRAINT device_codes_account_id_check
            CHECK (account_id IS NOT NULL OR state NOT IN ('identified', 'approved', 'used'))
        """,
        policies={"ALL": OUTSIDE_CENTRES},
        grants="SELECT, INSERT, UPDATE, DELETE",
    ),
    guarded(
        "log_in_failures",
        """
        subject text PRIMARY KEY,
        failures integer NOT NULL,
        last_at timestamptz NOT NULL
        """,
        policies={"ALL": OUTSIDE_CENTRES},
        grants="SELECT, INSERT, UPDATE, DELETE",
    ),
    definer_function(
        "account_for_log_in(p_login text)",
        "TABLE (id uuid, password_hash text, totp_secret bytea)",
        """SELECT a.id, a.password_hash, a.totp_secret FROM accounts a
           WHERE a.login = p_login AND a.state = 'active'""",
    ),
    definer_function(
        "account_of_key(p_login text, p_fingerprint text)",
        "TABLE (account_id uuid, key_id uuid)",
        """SELECT a.id, k.id FROM accounts a JOIN ssh_keys k ON k.account_id = a.id
           WHERE a.login = p_login AND a.state = 'active' AND k.fingerprint = p_fingerprint AND k.revoked_at IS NULL""",
    ),
    definer_function(
        "account_named(p_login text)",
        "TABLE (id uuid, email text, state text)",
        "SELECT a.id, a.email, a.state FROM accounts a WHERE a.login = p_login",
    ),
    definer_function(
        "account_of_token(p_digest bytea, p_at timestamptz)",
        """TABLE (session_id uuid, method text, expires_at timestamptz, account_id uuid, login text, name text,
                  language text, first_start_done boolean, keymap jsonb, theme text)""",
        """SELECT s.id, s.method, t.expires_at, a.id, a.login, a.name, a.language, a.first_start_done, a.keymap, a.theme
           FROM session_tokens t JOIN sessions s ON s.id = t.session_id JOIN accounts a ON a.id = s.account_id
           WHERE t.digest = p_digest AND t.kind = 'access' AND t.expires_at > p_at
             AND s.ended_at IS NULL AND s.expires_at > p_at AND a.state = 'active'""",
    ),
    definer_function(
        "places_of_account(p_account uuid)",
        """TABLE (centre_id uuid, slug text, centre_name text, centre_state text, time_zone text,
                  role text, supplied boolean, rights text[])""",
        """SELECT c.id, c.slug, c.name, c.state, c.time_zone, r.name, r.supplied, r.rights
           FROM memberships m JOIN roles r ON r.centre_id = m.centre_id AND r.id = m.role_id
           JOIN centres c ON c.id = m.centre_id
           WHERE m.account_id = p_account AND m.state = 'active' AND c.state <> 'closed'
           UNION ALL
           SELECT NULL, NULL, NULL, NULL, NULL, n.role, true, '{}' FROM network_memberships n
           WHERE n.account_id = p_account
           ORDER BY 2 NULLS FIRST, 6""",
    ),
    definer_function(
        "end_sessions(p_account uuid, p_key uuid, p_reason text, p_at timestamptz)",
        "bigint",
        f"""WITH ended AS (
                UPDATE sessions SET ended_at = p_at, end_reason = p_reason
                WHERE account_id = p_account AND ended_at IS NULL AND (p_key IS NULL OR key_id = p_key)
                  AND ({CENTRE} IS NULL OR EXISTS
                       (SELECT FROM memberships WHERE account_id = p_account AND centre_id = {CENTRE}))
                RETURNING id)
            SELECT count(*) FROM ended""",
        volatility="VOLATILE",
    ),
]


async def forwards() -> MigrationManager:
    """Make the tables of centres and accounts."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
