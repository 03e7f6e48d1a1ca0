"""Stays and what they leave behind; the beds they hold are in `tenants.rooms.tables.BedHold`."""

from piccolo.columns import JSONB, UUID, Array, BigInt, Boolean, Date, Integer, SmallInt, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class Stay(Table, db=DB, tablename="stays", help_text="The fiche séjour: whose, when, how many, how it stands."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    client_id = UUID(null=True, default=None, help_text="The client card; empty while nobody is chosen.")
    payer_id = UUID(null=True, default=None, help_text="The card that pays, where it is another.")
    status = Text(default=None, help_text="tentative, option, confirmed, present, departed, cancelled or no_show.")
    arrival = Date(default=None)
    departure = Date(default=None, help_text="Not included: the room is free from this day.")
    contacted_day = Date(null=True, default=None)
    booked_day = Date(null=True, default=None)
    booking_category = Text(default=None)
    booking_type = Text(default=None)
    purpose_category = Text(default=None)
    purpose = Text(default=None)
    purpose_detail = Text(default=None)
    children = Integer(null=True, default=None, help_text="Empty is unknown, 0 is nobody; so for each band.")
    teenagers = Integer(null=True, default=None)
    young = Integer(null=True, default=None)
    adults = Integer(null=True, default=None)
    seniors = Integer(null=True, default=None)
    pax = Integer(null=True, default=None, help_text="The sum of the bands, computed by the database, never typed.")
    expected_pax = Integer(null=True, default=None, help_text="« environ 45 », for options and quotes.")
    region = Text(default=None, help_text="French region of origin, where some participants are French.")
    services = Array(base_column=Text(), default=None)
    notes = Text(default=None)
    arrival_time = Text(default=None, help_text="HH:MM, as the pre-arrival page or the desk learned it.")
    option_until = Date(null=True, default=None, help_text="Last day of the option, included; only while it is one.")
    cancellation_reason = Text(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    released_beds = Array(base_column=UUID(), default=None, help_text="What it held when cancelled, for the way back.")
    status_before = Text(default=None, help_text="Its status before it was cancelled, for the way back.")
    present_at = Timestamptz(null=True, default=None)
    departed_at = Timestamptz(null=True, default=None)
    left_on = Date(null=True, default=None, help_text="The day the whole group left, where before its departure.")
    source = Text(default=None)
    foreign_id = Text(null=True, default=None, help_text="Its key where it was imported from.")
    version = BigInt(default=None)
    created_at = Timestamptz(default=None)
    extra_beds = SmallInt(null=True, default=None, help_text="People beyond the beds held, allowed by `stay.overbook`.")
    contacts = Text(null=True, default=None, help_text="Who to speak to about this stay, where it is not the client.")
    acm_number = Text(null=True, default=None, help_text="The organiser's declaration of a stay of minors.")
    firm_day = Date(null=True, default=None, help_text="From when the counts are firm.")
    frozen_pax = Integer(null=True, default=None, help_text="The people as they were counted on that day.")
    free_one_in = SmallInt(null=True, default=None, help_text="One place free for so many people.")
    free_most = SmallInt(null=True, default=None, help_text="At most so many free places.")
    room_type = Text(null=True, default=None, help_text="The type of room wanted; its client's card fills it.")
    payer_note = Text(null=True, default=None, help_text="Who pays what, in words; its client's card fills it.")
    waiting_since = Timestamptz(null=True, default=None, help_text="On the waiting list since; only while tentative.")


class StayCountry(Table, db=DB, tablename="stay_countries", help_text="Participants per country, of two kinds."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    stay_id = UUID(default=None)
    kind = Text(default=None, help_text="nationality, or residence (which INSEE asks for).")
    country = Text(default=None, help_text="ISO 3166 alpha-2.")
    people = Integer(default=None)


class EarlyDepartureRow(Table, db=DB, tablename="early_departures", help_text="A room that left before the others."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    stay_id = UUID(default=None)
    room_id = UUID(default=None)
    day = Date(default=None, help_text="Free from this day.")
    departure = Date(default=None, help_text="Until when it was held before.")
    whole_group = Boolean(default=None, help_text="The group left with it.")
    left_at = Timestamptz(default=None)
    undone_at = Timestamptz(null=True, default=None)


class PlanningGesture(Table, db=DB, tablename="planning_gestures", help_text="What was done by hand on the planning."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    account_id = UUID(null=True, default=None, help_text="Whose gesture: only they take it back.")
    actor_name = Text(default=None)
    kind = Text(default=None, help_text="move, stretch, split, swap, assign, unassign, withdraw or return.")
    before = JSONB(default=None, help_text="The stays touched with their dates and beds, as they were.")
    after = JSONB(default=None, help_text="The same as it left them: taken back only while they still stand so.")
    made_at = Timestamptz(default=None)
    undone_at = Timestamptz(null=True, default=None)


class Allotment(Table, db=DB, tablename="allotments", help_text="Beds of a type kept for a stay, rooms not yet known."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    stay_id = UUID(default=None)
    room_type = Text(default=None)
    beds = Integer(default=None, help_text="In all, those of the type that it holds already included.")
