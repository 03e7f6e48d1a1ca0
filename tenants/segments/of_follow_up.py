"""Criteria over how a client is reached, and what was done with the card."""

from typing import Final

from tenants.segments.criteria import Kind, Source, register
from tenants.segments.making import day_on_card, instant, on_card, one_of, whether

ACTIONS: Final = Source(
    name="of_actions", rows="client_actions AS done", centre="done.centre_id", client="done.client_id"
)
PHONES: Final = Source(
    name="of_phones", rows="client_phones AS phone", centre="phone.centre_id", client="phone.client_id"
)
CONTACTS: Final = Source(
    name="of_contacts",
    rows="client_contacts AS contact LEFT JOIN LATERAL unnest(contact.roles) AS role (code) ON true",
    centre="contact.centre_id",
    client="contact.client_id",
)
LOCKS: Final = Source(
    name="of_locks", rows="client_blacklistings AS lock", centre="lock.centre_id", client="lock.client_id"
)
QUALITIES: Final = ("valid", "ota_alias", "generic", "invalid", "empty")
REASONS: Final = ("unpaid", "damage", "nuisance", "violence", "fraud")
ROLES: Final = ("booking", "contract", "invoice", "on_site")
_LOCKED: Final = "lock.lifted_at IS NULL AND lock.last_day >= {today}"


def _domain(text: str) -> list[str]:
    bare = text.strip().lower().lstrip("@")
    return [bare] if bare else []


REACHED: Final = (
    whether(
        "email_consent",
        "Accepte les campagnes par mail",
        "Agrees to campaigns by mail",
        sql="c.email_consent",
        of=lambda card: card.email_consent,
    ),
    whether(
        "sms_consent",
        "Accepte les campagnes par SMS",
        "Agrees to campaigns by SMS",
        sql="c.sms_consent",
        of=lambda card: card.sms_consent,
    ),
    instant("email_consent_day", "Jour de l'accord par mail", "Day of agreeing by mail", "email_consent_at"),
    instant("sms_consent_day", "Jour de l'accord par SMS", "Day of agreeing by SMS", "sms_consent_at"),
    one_of("email_consent_source", "Accord mail recueilli par", "Agreement by mail given at"),
    one_of("email_quality", "Qualité du mail", "Quality of the e-mail", choices=QUALITIES),
    on_card(
        code="email_domain",
        french="Domaine du mail",
        english="Domain of the e-mail",
        kind=Kind.TEXT,
        sql="ARRAY[split_part(lower(c.email), '@', 2)]",
        reading=lambda record, _: frozenset({record.card.email.lower().partition("@")[2]}),
        split=_domain,
    ),
    whether("has_email", "A un mail", "Has an e-mail", sql="c.email <> ''", of=lambda card: card.email != ""),
    on_card(
        code="phones",
        french="Téléphones lisibles",
        english="Phones that can be dialled",
        kind=Kind.NUMBER,
        sql="count(*) FILTER (WHERE phone.e164 <> '')",
        reading=lambda record, _: sum(phone.e164 != "" for phone in record.phones),
        source=PHONES,
        zero=True,
    ),
    on_card(
        code="mobiles",
        french="Portables",
        english="Mobile phones",
        kind=Kind.NUMBER,
        sql="count(*) FILTER (WHERE phone.mobile AND phone.e164 <> '')",
        reading=lambda record, _: sum(phone.mobile and phone.e164 != "" for phone in record.phones),
        source=PHONES,
        zero=True,
    ),
    on_card(
        code="contacts",
        french="Contacts de l'organisme",
        english="Contacts of the organisation",
        kind=Kind.NUMBER,
        sql="count(DISTINCT contact.id)",
        reading=lambda record, _: len(record.contact_roles),
        source=CONTACTS,
        zero=True,
    ),
    on_card(
        code="contact_roles",
        french="Rôles des contacts",
        english="Roles of the contacts",
        kind=Kind.CODES,
        sql="array_agg(DISTINCT role.code)",
        reading=lambda record, _: frozenset(role for roles in record.contact_roles for role in roles),
        source=CONTACTS,
        choices=ROLES,
    ),
)

STORY: Final = (
    instant("created", "Fiche créée", "Card made", "created_at"),
    instant("changed", "Fiche modifiée", "Card changed", "changed_at"),
    day_on_card("first_contact", "Premier contact", "First contact", "first_contact"),
    on_card(
        code="last_contact",
        french="Dernière action de suivi",
        english="Last action of the follow-up",
        kind=Kind.DAYS,
        sql="ARRAY[max(done.day)]",
        reading=lambda record, _: frozenset({max(each.day for each in record.actions)} if record.actions else ()),
        source=ACTIONS,
    ),
    on_card(
        code="actions",
        french="Nombre d'actions de suivi",
        english="Number of actions of the follow-up",
        kind=Kind.NUMBER,
        sql="count(*)",
        reading=lambda record, _: len(record.actions),
        source=ACTIONS,
        zero=True,
    ),
    on_card(
        code="action",
        french="Actions de suivi faites",
        english="Actions of the follow-up done",
        kind=Kind.CODES,
        sql="array_agg(DISTINCT done.action)",
        reading=lambda record, _: frozenset(each.action for each in record.actions),
        source=ACTIONS,
        list_name="follow_up_action",
    ),
    on_card(
        code="blacklisted",
        french="Cadenas fermé",
        english="Locked",
        kind=Kind.YES_NO,
        # A card without a lock has no row: what is not true there is false, not unknown.
        sql="""EXISTS (SELECT FROM client_blacklistings AS lock WHERE lock.centre_id = {centre} AND lock.client_id = c.id
            AND lock.lifted_at IS NULL AND lock.last_day >= {today})""",
        reading=lambda record, day: any(lock.lifted_at is None and lock.last_day >= day.today for lock in record.locks),
    ),
    on_card(
        code="locks",
        french="Verrouillages, levés compris",
        english="Locks, lifted ones too",
        kind=Kind.NUMBER,
        sql="count(*)",
        reading=lambda record, _: len(record.locks),
        source=LOCKS,
        zero=True,
    ),
    on_card(
        code="lock_reason",
        french="Motif du cadenas fermé",
        english="Reason of the lock",
        kind=Kind.CODES,
        sql=f"array_agg(lock.reason) FILTER (WHERE {_LOCKED})",
        reading=lambda record, day: frozenset(
            lock.reason for lock in record.locks if lock.lifted_at is None and lock.last_day >= day.today
        ),
        source=LOCKS,
        list_name="blacklisting_reason",
        choices=REASONS,
    ),
    whether(
        "has_requests",
        "Demandes particulières notées",
        "Special requests noted",
        sql="c.special_requests <> ''",
        of=lambda card: card.special_requests != "",
    ),
    whether("has_habits", "Habitudes notées", "Habits noted", sql="c.habits <> ''", of=lambda card: card.habits != ""),
    whether("has_notes", "Remarques notées", "Notes written", sql="c.notes <> ''", of=lambda card: card.notes != ""),
)

register((*REACHED, *STORY))
