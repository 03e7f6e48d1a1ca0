"""Who comes, and what the law asks of them."""

from piccolo.columns import JSONB, UUID, BigInt, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from infra.database import DB


class Guest(Table, db=DB, tablename="guests", help_text="Somebody who comes: no more than the desk needs to know."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    stay_id = UUID(default=None)
    room_id = UUID(null=True, default=None)
    adult_id = UUID(null=True, default=None, help_text="The adult on whose form a child under fifteen stands.")
    surname = Text(default=None)
    first_names = Text(default=None)
    country = Text(default=None, help_text="Nationality, ISO 3166 alpha-2; empty while unknown.")
    police_form = Text(default=None, help_text="not_needed, missing, filled or signed.")
    version = BigInt(default=None)
    created_at = Timestamptz(default=None)


class GuestLink(
    Table, db=DB, tablename="guest_links", help_text="The pre-check-in link of a stay; the token is signed."
):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    stay_id = UUID(default=None)
    expires_at = Timestamptz(default=None)
    opened_at = Timestamptz(null=True, default=None)
    completed_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=None)
    mailed_to = Text(default=None, help_text="Empty while it went out by no mail.")
    mailed_at = Timestamptz(null=True, default=None)


class PoliceForm(Table, db=DB, tablename="police_forms", help_text="Fiche individuelle de police; the newest counts."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    guest_id = UUID(default=None)
    sealed = Bytea(default=None, help_text="AES-GCM; halte_app writes it, halte_police alone reads it.")
    filled_at = Timestamptz(default=None)
    destroy_after = Date(default=None, help_text="Six months after the arrival.")


class PoliceSignature(Table, db=DB, tablename="police_signatures", help_text="A guest's signature under their form."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    guest_id = UUID(default=None)
    sealed = Bytea(default=None)
    signed_at = Timestamptz(default=None)
    destroy_after = Date(default=None)


class DestructionCertificate(
    Table, db=DB, tablename="destruction_certificates", help_text="Proof that forms were destroyed, and how many."
):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    what = Text(default=None)
    until_day = Date(default=None, help_text="Everything to be destroyed by this day, included, is.")
    forms = Integer(default=None)
    signatures = Integer(default=None)
    destroyed_at = Timestamptz(default=None)


class Tablet(Table, db=DB, tablename="tablets", help_text="A tablet at the desk, known by a token kept hashed."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    name = Text(default=None)
    token_hash = Bytea(default=None, help_text="SHA-256.")
    paired_at = Timestamptz(default=None)
    unpaired_at = Timestamptz(null=True, default=None)


class StayKeys(Table, db=DB, tablename="stay_keys", help_text="How many keys a stay has had, and brought back."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    stay_id = UUID(default=None)
    given = Integer(default=None)
    returned = Integer(default=None)
    changed_at = Timestamptz(default=None)


class ArrivalSurvey(Table, db=DB, tablename="arrival_surveys", help_text="What a stay's people were asked beforehand."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    stay_id = UUID(default=None)
    mailed_to = Text(default=None, help_text="Empty where the link was only copied.")
    sent_at = Timestamptz(default=None)
    answered_at = Timestamptz(null=True, default=None)
    diets = JSONB(default=None, help_text="People by diet.")
    allergies = Text(default=None)
    access_needs = Text(default=None)
    wishes = Text(default=None)
    version = BigInt(default=None)


class ArrivalSettings(Table, db=DB, tablename="arrival_settings", help_text="How a centre prepares its arrivals."):
    id = UUID(primary_key=True, default=None)
    centre_id = UUID(default=None)
    survey_days = Integer(default=None, help_text="So many days before the arrival; 0 sends none by itself.")
    pre_check_in_days = Integer(default=None, help_text="The same for the pre-check-in link.")
    version = BigInt(default=None)
