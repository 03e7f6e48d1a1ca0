"""The clients that a segment finds, as a file: made at once, or kept a quarter of an hour for its address."""

import asyncio
from contextlib import aclosing
from datetime import date
from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.audit import audit
from infra.database import tenant_transaction
from infra.documents import Column, Document, Section
from infra.errors import FieldError, Invalid
from server.contract.day_sheet import DocumentLink
from server.pages.documents import FORMATS
from server.pages.languages import translations
from server.pages.list_tables import FORMS, ListTableInvalid, file_name, kept_file
from server.pages.words import N_
from tenants.centres.queries import centre
from tenants.clients.exporting import COLUMNS, exported_clients
from tenants.segments.queries import asking, count_of, segment

MOST_CARDS: Final = 20_000
TITLES: Final = {
    "reference": N_("Référence"),
    "kind": N_("Personne ou organisme"),
    "status": N_("Statut"),
    "title": N_("Civilité"),
    "first_name": N_("Prénom"),
    "last_name": N_("Nom"),
    "organisation": N_("Organisme"),
    "contact_name": N_("Contact"),
    "client_type": N_("Type de client"),
    "email": N_("Courriel"),
    "email_quality": N_("Qualité du courriel"),
    "email_consent": N_("Accord courriel"),
    "sms_consent": N_("Accord SMS"),
    "phone": N_("Téléphone"),
    "mobile": N_("Portable"),
    "street": N_("Rue"),
    "postal_code": N_("Code postal"),
    "town": N_("Ville"),
    "country": N_("Pays"),
    "birth_date": N_("Date de naissance"),
    "language": N_("Langue"),
    "first_contact": N_("Premier contact"),
    "discovery_channel": N_("Moyen de connaissance"),
    "discovery_detail": N_("Précision"),
    "segmentation": N_("Segmentation"),
    "origin": N_("Origine"),
    "marketing_codes": N_("Codes marketing"),
    "languages": N_("Langues parlées"),
    "instagram": "Instagram",
    "facebook": "Facebook",
    "linkedin": "LinkedIn",
    "x": "X",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "mastodon": "Mastodon",
    "website": N_("Site web"),
    "other": N_("Autre réseau"),
    "further_information": N_("Informations complémentaires"),
    "habits": N_("Habitudes"),
    "special_requests": N_("Demandes particulières"),
    "notes": N_("Remarques"),
}
"""What each column of the export is called on the first line."""


class SegmentTooLong(Invalid):
    """More than 20,000 clients are taken away by the command `halte export clients --segment`."""

    code = "segment_too_long"


async def segment_file(
    centre_id: UUID, segment_id: UUID, *, form: str, today: date, language: str, actor: Actor
) -> tuple[bytes, str]:
    """Write the cards that a segment finds now; return the file and its name. The centre's trail and the segment's note it.

    Raises:
        RightMissing: the actor lacks `client.export`.
        ListTableInvalid: neither csv nor xlsx.
        SegmentUnknown: none that is shared or the actor's own.
        SegmentTooLong: it finds too many for a file made while one waits.
    """
    if form not in FORMS:
        raise ListTableInvalid(errors=(FieldError("/format", "unknown", f"one of {', '.join(FORMS)}"),))
    async with tenant_transaction(centre_id):
        kept = await segment(centre_id, segment_id, actor.account_id)
        among = await asking(centre_id, kept.expression)
        if await count_of(centre_id, among) > MOST_CARDS:
            raise SegmentTooLong()
        async with aclosing(exported_clients(centre_id, among=among, actor=actor)) as cards:
            rows = [list(card) async for card in cards]
        owner = (await centre(centre_id)).name
        await audit("segment", segment_id, "export", actor=actor, after={"form": form, "cards": len(rows)})
    say = translations(language).gettext
    section = Section(title=kept.name, columns=[Column(say(TITLES[name])) for name in COLUMNS], rows=rows)
    document = Document(title=kept.name, subtitle="", owner=owner, sections=[section], language=language)
    # A long file takes a second to write: others are answered meanwhile.
    content = await asyncio.to_thread(FORMATS[form].write, document)
    return content, file_name(kept.name, today, form)


async def segment_link(
    centre_id: UUID, segment_id: UUID, *, form: str, today: date, language: str, actor: Actor
) -> DocumentLink:
    """Make the file and the address that gives it for a quarter of an hour.

    Raises:
        As `segment_file`.
        ListStoreUnavailable: there is nowhere to keep it.
    """
    content, name = await segment_file(centre_id, segment_id, form=form, today=today, language=language, actor=actor)
    return await kept_file(centre_id, content, form=form, name=name)
