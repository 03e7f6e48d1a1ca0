"""Rooms and beds, and what takes a bed for some nights."""

from piccolo.columns import UUID, BigInt, Boolean, Date, SmallInt, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class Room(Table, db=DB, tablename="rooms", help_text="A room of the centre; a private one is sold whole."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    name = Text(default=None, help_text="What stands on the door; one of its name in the centre.")
    sort_key = Text(default=None, help_text="Building, floor and name with their numbers padded: B2 before B10.")
    building = Text(default=None)
    floor = Text(default=None)
    room_type = Text(default=None, help_text="The centre's own word (famille, ados, dortoir).")
    dormitory = Boolean(default=None, help_text="Sold by bed; otherwise whole.")
    accessible = Boolean(default=None, help_text="PMR: for a person of reduced mobility.")
    version = BigInt(default=None)
    created_at = Timestamptz(default=None)


class Bed(Table, db=DB, tablename="beds", help_text="A place to sleep for one; the unit of stock."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    room_id = UUID(default=None)
    position = SmallInt(default=None, help_text="From 1, within the room.")
    label = Text(default=None)
    kind = Text(default=None, help_text="single, double or bunk.")


class Withdrawal(Table, db=DB, tablename="withdrawals", help_text="A room out of service, never sold, never counted."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    room_id = UUID(default=None)
    first_day = Date(default=None)
    last_day = Date(default=None, help_text="The last night it is blocked, included.")
    reason = Text(default=None, help_text="works, cleaning, staff or other.")
    note = Text(default=None)
    leaves_capacity = Boolean(default=None, help_text="The reason takes the room out of the centre's capacity.")
    lifted_at = Timestamptz(null=True, default=None, help_text="When it was put back on sale before its end.")
    version = BigInt(default=None)
    created_at = Timestamptz(default=None)


class BedHold(Table, db=DB, tablename="bed_holds", help_text="A bed taken; bed_holds_no_overlap allows one a night."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    bed_id = UUID(default=None)
    room_id = UUID(default=None, help_text="The bed's room, so that the planning needs no join.")
    stay_id = UUID(null=True, default=None, help_text="The stay that has it; or else a withdrawal has.")
    withdrawal_id = UUID(null=True, default=None)
    arrival = Date(default=None)
    departure = Date(default=None, help_text="Free again from this day: not included.")
