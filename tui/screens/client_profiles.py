"""The public profiles of a card and the reviews linked to it: noted one at a time, each with its source."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec

from server.contract.clients import ClientCard, Profile
from server.contract.satisfaction import PublicReview
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.pick import Pick
from tui.lists import choices
from tui.profile_words import GIVEN, NETWORKS, profile_words, review_words, source_words
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.words import _

NEW: Final = "new"
LINK: Final = "link"
REVIEW: Final = "review "


def pick_public(card: ClientCard) -> Pick:
    """Ask which profile or review, or a new one."""
    profiles = [
        (str(place), f"{profile_words(profile)} · {source_words(profile)}")
        for place, profile in enumerate(card.fields.profiles)
    ]
    reviews = [(f"{REVIEW}{review.id}", review_words(review)) for review in card.reviews]
    gestures = [(NEW, _("+ noter un profil que le client a donné")), (LINK, _("+ rattacher un avis public"))]
    return Pick(_("Profils et avis publics · {name}").format(name=card.name), [*profiles, *reviews, *gestures])


def ask_profile(session: Session, card: ClientCard, chosen: str) -> Ask[bool]:
    """Make the dialog of one profile; without a handle, it is taken away."""
    profiles = list(card.fields.profiles)
    place = int(chosen) if chosen != NEW else len(profiles)
    profile = profiles[place] if place < len(profiles) else Profile(network="", handle="", day=session.today)
    given = [(code, said) for code, said in choices(GIVEN) if code != "import" or profile.given == code]
    hint = _("ou l'adresse du profil") if chosen == NEW else _("vide : l'enlever")
    fields = [
        Field("network", _("Réseau"), "choice", choices=lambda _answers: choices(NETWORKS), required=True),
        Field("handle", _("Pseudo"), required=chosen == NEW, hint=hint),
        Field("given", _("Donné"), "choice", choices=lambda _answers: given, required=True),
        Field("detail", _("Précision"), hint=_("quel formulaire ou avis")),
        Field("day", _("Le"), "day", required=True),
    ]
    values = {
        "network": profile.network,
        "handle": profile.handle,
        "given": profile.given,
        "detail": profile.detail,
        "day": profile.day.isoformat() if profile.day else "",
    }

    async def send(answers: Answers) -> bool:
        changed = Profile(
            network=answers["network"],
            handle=answers["handle"],
            given=answers["given"],
            detail=answers["detail"],
            day=date.fromisoformat(answers["day"]),
        )
        kept = [*profiles[:place], *([changed] if changed.handle else []), *profiles[place + 1 :]]
        await session.client.change_client(
            card.id, msgspec.structs.replace(card.fields, profiles=kept), version=card.version
        )
        return True

    intro = _("Seulement ce que le client a donné ou signalé lui-même : rien n'est cherché sur les réseaux.")
    pointers = {f"/profiles/{place}/{field.name}": field.name for field in fields}
    title = _("Un profil public")
    return Ask(title, fields, send, today=session.today, values=values, intro=intro, pointers=pointers)


def pick_review(card: ClientCard, reviews: Sequence[PublicReview]) -> Pick:
    """Ask which of the reviews of nobody is this client's."""
    empty = _("Aucun avis sans séjour : ceux que le prestataire d'avis envoie arrivent ici.")
    listed = [(str(review.id), review_words(review)) for review in reviews]
    return Pick(_("Cet avis est de {name}").format(name=card.name), listed, empty=empty)


def ask_unlinking(review: PublicReview) -> Confirm:
    """Show a review whole, and ask whether it is not the client's after all."""
    linked = _("Rattaché par {name}.").format(name=review.linked_by) if review.linked_by else ""
    said = "\n".join(filter(None, (review_words(review), review.url, linked)))
    return Confirm(_("Détacher cet avis ?"), said, yes=_("détacher"), yes_first=False)
