"""Stays, and the holds that make a bed theirs: the stock (decision on locks and exclusion)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import reference, steps, tenant_table

ID = "2026-11-21T22:22:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "stays and bed holds"

STAYS = tenant_table(
    "stays",
    """
    client_id uuid,
    payer_id uuid,
    status text NOT NULL,
    arrival date NOT NULL,
    departure date NOT NULL,
    contacted_day date,
    booked_day date,
    booking_category text NOT NULL,
    booking_type text NOT NULL,
    purpose_category text NOT NULL,
    purpose text NOT NULL,
    purpose_detail text NOT NULL,
    children integer,
    teenagers integer,
    young integer,
    adults integer,
    seniors integer,
    pax integer GENERATED ALWAYS AS (
        CASE WHEN coalesce(children, teenagers, young, adults, seniors) IS NOT NULL
        THEN coalesce(children, 0) + coalesce(teenagers, 0) + coalesce(young, 0) + coalesce(adults, 0)
            + coalesce(seniors, 0) END) STORED,
    expected_pax integer,
    region text NOT NULL,
    services text[] NOT NULL,
    notes text NOT NULL,
    arrival_time text NOT NULL,
    option_until date,
    cancellation_reason text,
    cancelled_at timestamptz,
    released_beds uuid[] NOT NULL,
    status_before text NOT NULL,
    present_at timestamptz,
    departed_at timestamptz,
    left_on date,
    source text NOT NULL,
    foreign_id text,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT stays_centre_id_source_foreign_id_unique UNIQUE (centre_id, source, foreign_id),
    CONSTRAINT stays_status_check CHECK (status IN
        ('tentative', 'option', 'confirmed', 'present', 'departed', 'cancelled', 'no_show')),
    CONSTRAINT stays_nights_check CHECK (arrival < departure AND departure - arrival <= 400),
    CONSTRAINT stays_booked_day_check CHECK (booked_day <= arrival),
    CONSTRAINT stays_contacted_day_check CHECK (contacted_day <= coalesce(booked_day, arrival)),
    CONSTRAINT stays_option_until_check CHECK ((status = 'option') = (option_until IS NOT NULL)),
    CONSTRAINT stays_cancellation_reason_check CHECK ((status = 'cancelled') = (cancellation_reason IS NOT NULL)),
    CONSTRAINT stays_counts_check CHECK (least(children, teenagers, young, adults, seniors, expected_pax) >= 0)
    """,
    grants="SELECT, INSERT, UPDATE",
)

COUNTRIES = tenant_table(
    "stay_countries",
    """
    stay_id uuid NOT NULL,
    kind text NOT NULL,
    country text NOT NULL,
    people integer NOT NULL,
    CONSTRAINT stay_countries_stay_id_kind_country_unique UNIQUE (centre_id, stay_id, kind, country),
    CONSTRAINT stay_countries_kind_check CHECK (kind IN ('nationality', 'residence')),
    CONSTRAINT stay_countries_country_check CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT stay_countries_people_check CHECK (people > 0)
    """,
)

BED_HOLDS = tenant_table(
    "bed_holds",
    """
    bed_id uuid NOT NULL,
    room_id uuid NOT NULL,
    stay_id uuid,
    withdrawal_id uuid,
    arrival date NOT NULL,
    departure date NOT NULL,
    CONSTRAINT bed_holds_holder_check CHECK (num_nonnulls(stay_id, withdrawal_id) = 1),
    -- Nobody holds longer, so that availability reads a bounded piece of a btree (range operators do not use their
    -- index under row-level security).
    CONSTRAINT bed_holds_nights_check CHECK (arrival < departure AND departure - arrival <= 400),
    CONSTRAINT bed_holds_no_overlap EXCLUDE USING gist
        (centre_id WITH =, bed_id WITH =, daterange(arrival, departure) WITH &&)
    """,
)

EARLY_DEPARTURES = tenant_table(
    "early_departures",
    """
    stay_id uuid NOT NULL,
    room_id uuid NOT NULL,
    day date NOT NULL,
    departure date NOT NULL,
    whole_group boolean NOT NULL,
    left_at timestamptz NOT NULL,
    undone_at timestamptz,
    CONSTRAINT early_departures_day_check CHECK (day < departure)
    """,
    grants="SELECT, INSERT, UPDATE",
)

SQL = [
    STAYS,
    reference("stays", "client_id", "clients"),
    reference("stays", "payer_id", "clients"),
    # The last wall behind `require_not_blacklisted`, whatever door a reservation comes through.
    """CREATE TRIGGER stays_client_not_blacklisted BEFORE INSERT OR UPDATE OF status, client_id, payer_id ON stays
        FOR EACH ROW EXECUTE FUNCTION refuse_blacklisted_client()""",
    "CREATE INDEX stays_arrival_index ON stays (centre_id, arrival, id)",
    "CREATE INDEX stays_departure_index ON stays (centre_id, departure, arrival)",
    "CREATE INDEX stays_option_until_index ON stays (centre_id, option_until) WHERE status = 'option'",
    COUNTRIES,
    reference("stay_countries", "stay_id", "stays"),
    BED_HOLDS,
    """ALTER TABLE bed_holds ADD CONSTRAINT bed_holds_bed_id_fk
        FOREIGN KEY (centre_id, bed_id) REFERENCES beds (centre_id, id) ON DELETE RESTRICT""",
    "CREATE INDEX bed_holds_bed_id_index ON bed_holds (centre_id, bed_id, departure, arrival)",
    reference("bed_holds", "room_id", "rooms"),
    reference("bed_holds", "stay_id", "stays"),
    reference("bed_holds", "withdrawal_id", "withdrawals"),
    """CREATE INDEX bed_holds_days_index ON bed_holds (centre_id, departure, arrival)
        INCLUDE (bed_id, room_id, stay_id, withdrawal_id)""",
    EARLY_DEPARTURES,
    reference("early_departures", "stay_id", "stays"),
    reference("early_departures", "room_id", "rooms"),
    """CREATE UNIQUE INDEX early_departures_stay_id_room_id_unique ON early_departures (centre_id, stay_id, room_id)
        WHERE undone_at IS NULL""",
]


async def forwards() -> MigrationManager:
    """Make stays and the stock."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=SQL)
