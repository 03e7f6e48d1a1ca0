"""The people of a card and what was done with it: asked one at a time."""

from collections.abc import Sequence
from datetime import date

import msgspec

from server.contract.clients import ClientCard, Contact, NewClientAction
from server.contract.enquiries import NewEnquiry, NewMessage
from tui.dialogs.ask import Ask
from tui.dialogs.pick import Pick
from tui.formats import numeric_day
from tui.lists import CONTACT_ROLE, choices, follow_up_actions, label_of
from tui.session import Session
from tui.widgets.card_text import contact_words
from tui.widgets.form import Answers, Field
from tui.words import _

NEW = "new"


def pick_contact(card: ClientCard) -> Pick:
    """Ask which contact, or a new one."""
    listed = [(str(place), contact_words(contact)) for place, contact in enumerate(card.fields.contacts)]
    return Pick(_("Contacts · {name}").format(name=card.name), [*listed, (NEW, _("+ ajouter quelqu'un"))])


def ask_contact(session: Session, card: ClientCard, chosen: str) -> Ask[bool]:
    """Make the dialog of one contact; without a name, they are taken away."""
    contacts = list(card.fields.contacts)
    place = int(chosen) if chosen != NEW else len(contacts)
    contact = contacts[place] if place < len(contacts) else Contact(name="")
    roles = choices(CONTACT_ROLE)
    fields = [
        Field("name", _("Nom"), hint=_("vide : l'enlever")),
        Field("email", _("Courriel")),
        Field("phone", _("Téléphone")),
        *(Field(f"role_{code}", _("Reçoit : {role}").format(role=role), "flag") for code, role in roles),
    ]
    values = {"name": contact.name, "email": contact.email, "phone": contact.phone} | {
        f"role_{code}": "yes" if code in contact.roles else "no" for code, _role in roles
    }

    async def send(answers: Answers) -> bool:
        changed = Contact(
            name=answers["name"],
            email=answers["email"],
            phone=answers["phone"],
            roles=[code for code, _role in roles if answers[f"role_{code}"] == "yes"],
        )
        kept = [*contacts[:place], *([changed] if changed.name else []), *contacts[place + 1 :]]
        await session.client.change_client(
            card.id, msgspec.structs.replace(card.fields, contacts=kept), version=card.version
        )
        return True

    intro = _("Les rôles choisissent qui reçoit quel courriel : devis, contrat, facture, arrivée.")
    return Ask(_("Un contact"), fields, send, today=session.today, values=values, intro=intro)


def ask_action(session: Session, card: ClientCard) -> Ask[bool]:
    """Make the dialog that notes what was done with a client."""
    fields = [
        Field("action", _("Action"), "choice", choices=lambda _answers: follow_up_actions(), required=True),
        Field("day", _("Le"), "day", required=True),
        Field("note", _("Précision"), "long"),
    ]

    async def send(answers: Answers) -> bool:
        new = NewClientAction(action=answers["action"], day=date.fromisoformat(answers["day"]), note=answers["note"])
        await session.client.note_action(card.id, new)
        return True

    values = {"day": session.today.isoformat()}
    return Ask(_("Action réalisée · {name}").format(name=card.name), fields, send, today=session.today, values=values)


def pick_action(card: ClientCard) -> Pick:
    """Ask which of the actions was noted by mistake."""
    listed: Sequence[tuple[str, str]] = [
        (str(action.id), f"{numeric_day(action.day)}  {label_of(follow_up_actions(), action.action)} {action.note}")
        for action in card.actions
    ]
    return Pick(_("Retirer laquelle ?"), listed, empty=_("Aucune action notée."))


def ask_message(session: Session, card: ClientCard) -> Ask[bool]:
    """Make the dialog that writes to a client: the message begins a conversation in Demandes."""
    booking = next((contact for contact in card.fields.contacts if contact.email and "booking" in contact.roles), None)
    email = booking.email if booking else card.fields.email

    async def send(answers: Answers) -> bool:
        client = session.client
        new = NewEnquiry(
            name=booking.name if booking else card.name,
            email=answers["email"],
            organisation=card.fields.organisation,
            message=_("Écrit depuis la fiche du client."),
            language=card.fields.language,
            client_id=card.id,
        )
        begun = await client.add_enquiry(new)
        await client.answer_enquiry(begun.id, NewMessage(text=answers["text"]))
        return True

    fields = [
        Field("email", _("À"), required=True),
        Field("text", _("Message"), "long", required=True),
    ]
    title = _("Écrire à {name}").format(name=card.name)
    return Ask(title, fields, send, today=session.today, values={"email": email})
