"""Payment links, Checkout sessions, payments, refunds, disputes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import definer_function, finder_reads, reference, steps, tenant_table

ID = "2026-11-21T22:48:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "payments"

SQL = [
    tenant_table(
        "payment_links",
        """
        dossier_id uuid NOT NULL,
        quote_id uuid NOT NULL,
        part text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT payment_links_part_check CHECK (part IN ('deposit', 'balance', 'whole')),
        CONSTRAINT payment_links_centre_id_quote_id_part_unique UNIQUE (centre_id, quote_id, part)
        """,
        grants="SELECT, INSERT",
    ),
    reference("payment_links", "dossier_id", "dossiers"),
    reference("payment_links", "quote_id", "quotes"),
    tenant_table(
        "checkout_sessions",
        """
        link_id uuid NOT NULL,
        dossier_id uuid NOT NULL,
        part text NOT NULL,
        amount_minor bigint NOT NULL,
        currency text NOT NULL,
        state text NOT NULL,
        stripe_account text NOT NULL,
        stripe_session text,
        url text,
        error text,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT checkout_sessions_amount_minor_check CHECK (amount_minor > 0),
        CONSTRAINT checkout_sessions_state_check CHECK (state IN
            ('pending', 'open', 'processing', 'paid', 'failed', 'expired')),
        CONSTRAINT checkout_sessions_centre_id_stripe_session_unique UNIQUE (centre_id, stripe_session)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("checkout_sessions", "link_id", "payment_links"),
    reference("checkout_sessions", "dossier_id", "dossiers"),
    # Two openings of one link at once make one session: the second finds the first one's row.
    """CREATE UNIQUE INDEX checkout_sessions_centre_id_link_id_live_unique ON checkout_sessions (centre_id, link_id)
        WHERE state IN ('pending', 'open')""",
    tenant_table(
        "payments",
        """
        dossier_id uuid NOT NULL,
        checkout_session_id uuid,
        means text NOT NULL,
        part text NOT NULL,
        amount_minor bigint NOT NULL,
        refunded_minor bigint NOT NULL,
        disputed_minor bigint NOT NULL,
        currency text NOT NULL,
        state text NOT NULL,
        reference text NOT NULL,
        received_day date NOT NULL,
        at timestamptz NOT NULL,
        stripe_payment_intent text,
        stripe_account text NOT NULL,
        CONSTRAINT payments_amount_minor_check CHECK (amount_minor > 0),
        CONSTRAINT payments_refunded_minor_check CHECK (refunded_minor BETWEEN 0 AND amount_minor),
        CONSTRAINT payments_means_check CHECK (means IN
            ('card', 'transfer', 'cheque', 'cash', 'voucher', 'public_transfer')),
        CONSTRAINT payments_state_check CHECK (state IN ('pending', 'paid', 'failed', 'refunded', 'partly_refunded')),
        CONSTRAINT payments_centre_id_checkout_session_id_unique UNIQUE (centre_id, checkout_session_id),
        CONSTRAINT payments_centre_id_stripe_payment_intent_unique UNIQUE (centre_id, stripe_payment_intent)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("payments", "dossier_id", "dossiers"),
    """ALTER TABLE payments ADD CONSTRAINT payments_checkout_session_id_fk FOREIGN KEY (centre_id, checkout_session_id)
        REFERENCES checkout_sessions (centre_id, id) ON DELETE RESTRICT""",
    tenant_table(
        "refunds",
        """
        payment_id uuid NOT NULL,
        amount_minor bigint NOT NULL,
        currency text NOT NULL,
        reason text NOT NULL,
        state text NOT NULL,
        stripe_refund text,
        error text,
        created_at timestamptz NOT NULL,
        CONSTRAINT refunds_amount_minor_check CHECK (amount_minor > 0),
        CONSTRAINT refunds_state_check CHECK (state IN ('pending', 'succeeded', 'failed')),
        CONSTRAINT refunds_centre_id_stripe_refund_unique UNIQUE (centre_id, stripe_refund)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("refunds", "payment_id", "payments"),
    tenant_table(
        "disputes",
        """
        payment_id uuid NOT NULL,
        stripe_dispute text NOT NULL,
        amount_minor bigint NOT NULL,
        currency text NOT NULL,
        state text NOT NULL,
        reason text NOT NULL,
        opened_at timestamptz NOT NULL,
        CONSTRAINT disputes_amount_minor_check CHECK (amount_minor > 0),
        CONSTRAINT disputes_state_check CHECK (state IN ('open', 'won', 'lost')),
        CONSTRAINT disputes_centre_id_stripe_dispute_unique UNIQUE (centre_id, stripe_dispute)
        """,
        grants="SELECT, INSERT, UPDATE",
    ),
    reference("disputes", "payment_id", "payments"),
    # A refund or dispute event of Stripe names the payment intent only: this finds whose it is.
    "CREATE INDEX payments_stripe_payment_intent_index ON payments (stripe_payment_intent)",
    finder_reads("payments", tenant=True),
    definer_function(
        "find_stripe_payment(intent text)",
        "TABLE (centre_id uuid, payment_id uuid)",
        "SELECT payments.centre_id, payments.id FROM payments WHERE stripe_payment_intent = intent",
    ),
]


async def forwards() -> MigrationManager:
    """Make the payments' tables."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=SQL)
