"""The survey by text: where the card has no address of the client's own, and a mobile whose owner agreed."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.database import fetch_row, tenant_transaction
from tenants.centres.queries import centre
from tenants.referential.cleaning.emails import EmailQuality
from tenants.stays.queries import Stay
from tenants.stays.writing import card_language, once_a_minute
from tenants.text_messages.operations import queue_text
from tenants.text_messages.queries import agreed_mobile, settings_of

OWN: Final = (EmailQuality.VALID, EmailQuality.GENERIC)
"""Addresses at which the client is reached; a relay ends with the stay."""
ABOUT: Final = "arrival-survey-text"
_LAST_HOUR: Final = time(12)
_NAME_LIMIT: Final = 40
_SAID: Final[Mapping[str, str]] = {
    "fr": "{centre} : votre séjour du {day}. Pour bien vous recevoir, donnez-nous votre e-mail et vos souhaits : {url}",
    "en": "{centre}: your stay of {day}. So that we can welcome you well, give us your e-mail and wishes: {url}",
    "de": "{centre}: Ihr Aufenthalt ab {day}. Bitte nennen Sie uns Ihre E-Mail-Adresse und Ihre Wünsche: {url}",
    "nl": "{centre}: uw verblijf vanaf {day}. Geef ons uw e-mailadres en uw wensen door: {url}",
    "es": "{centre}: su estancia del {day}. Para recibirle bien, indíquenos su e-mail y sus deseos: {url}",
    "it": "{centre}: il suo soggiorno del {day}. Per accoglierla bene, ci dia la sua e-mail e i suoi desideri: {url}",
}


async def text_wanted(centre_id: UUID, client_id: UUID | None) -> str:
    """Return the mobile to write to instead of the card's address; empty where the address is better, or no text may go."""
    if client_id is None or not (await settings_of(centre_id)).is_set_up:
        return ""
    card = await fetch_row("SELECT email_quality FROM clients WHERE centre_id = $1 AND id = $2", centre_id, client_id)
    if card is None or card["email_quality"] in OWN:
        return ""
    return await agreed_mobile(centre_id, client_id)


async def text_survey(centre_id: UUID, stay: Stay, url: str, *, actor: Actor) -> None:
    """Queue the survey's link as a text, in the language of the card; not sent any more on the day of arrival at noon.

    Raises:
        TextsNotSetUp, TextNotAllowed: none may be sent.
    """
    assert stay.fields.client_id is not None  # a mobile was found on its card
    async with tenant_transaction(centre_id):
        here, language = await centre(centre_id), await card_language(centre_id, stay)
        said = _SAID.get(language, _SAID["fr"])
        await queue_text(
            centre_id,
            stay.fields.client_id,
            key=once_a_minute(ABOUT, stay),
            subject_kind="stay",
            subject_id=stay.id,
            text=said.format(centre=here.name[:_NAME_LIMIT].strip(), day=f"{stay.fields.arrival:%d/%m}", url=url),
            expires_at=datetime.combine(stay.fields.arrival, _LAST_HOUR, UTC),
            actor=actor,
        )
