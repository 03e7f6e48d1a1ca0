"""Ask which clients a list is to show: by code, segmentation, origin, type, colour, segment; all again when emptied."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from textual.app import App

from tui.colours import colour_name, read_colour
from tui.dialogs.ask import Ask
from tui.lists import Choices, client_types, label_of, learn_segments, local_choices, segments_kept
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.words import N_, _

NAMES = {
    "code": N_("Code marketing"),
    "segmentation": N_("Segmentation"),
    "origin": N_("Origine"),
    "client_type": N_("Type de client"),
    "colour": N_("Couleur"),
    "segment": N_("Segment"),
}
"""What may be asked of a card, by its query parameter."""


async def asked_filter(app: App[int], session: Session, wanted: Mapping[str, str]) -> Answers | None:
    """Ask, with the segments that are kept now; None where one gives up."""
    with suppress(ApiProblem):  # those of before, or none, will do: the rest is asked all the same
        learn_segments(await session.client.segments())
    return await app.push_screen_wait(ask_filter(session, wanted))


def ask_filter(session: Session, wanted: Mapping[str, str]) -> Ask[Answers]:
    """Make the dialog; it gives back the query parameters, none for everybody."""

    async def send(answers: Answers) -> Answers:
        typed = {name: answers[name].strip().lower() for name in NAMES}
        return {name: said for name, said in (typed | {"colour": read_colour(typed["colour"])}).items() if said}

    fields = [
        Field(name, _(words), "choice", choices=_offers(name)) for name, words in NAMES.items() if name != "colour"
    ]
    fields.append(Field("colour", _(NAMES["colour"]), hint=_("bleu… : de la fiche, sinon du type")))
    intro = _("Seules les fiches qui ont tout cela sont listées ; tout vide, toutes le sont.")
    values = {**wanted, "colour": colour_name(wanted.get("colour", ""))}
    return Ask(_("Filtrer les clients"), fields, send, today=session.today, values=values, intro=intro)


def filter_words(wanted: Mapping[str, str]) -> str:
    """Return « filtre : classe de mer, écoles »; nothing where everybody is listed."""
    said = ", ".join(
        colour_name(value) if name == "colour" else label_of(_choices(name), value)
        for name, value in wanted.items()
        if value
    )
    return _("filtre : {said}").format(said=said) if said else ""


def _choices(name: str) -> Choices:
    if name == "segment":
        return segments_kept()
    return client_types() if name == "client_type" else local_choices("marketing_code" if name == "code" else name)


def _offers(name: str) -> Callable[[Mapping[str, str]], Choices]:
    return lambda _answers: _choices(name)
