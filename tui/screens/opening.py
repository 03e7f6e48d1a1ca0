"""Opening the detail of a client's stays elsewhere, for a reason that each of those centres reads."""

from collections.abc import Sequence

from textual import work

from server.contract.referential import CentreDetail, DetailReason, ReviewedCard
from tui.dialogs.ask import Ask
from tui.dialogs.show import Show
from tui.lists import SEASON, label
from tui.screens.base import DeskScreen
from tui.widgets.form import Answers, Field
from tui.widgets.pair_text import card_name
from tui.widgets.rows import Column, Row
from tui.words import _


class Opening(DeskScreen):
    """A screen from which the detail is opened."""

    @work
    async def open_detail(self, card: ReviewedCard) -> None:
        """Ask why, and show centres and seasons."""

        async def send(answers: Answers) -> list[CentreDetail]:
            return await self.session.client.open_detail(card.id, DetailReason(reason=answers["reason"]))

        question: Ask[list[CentreDetail]] = Ask(
            _("Ouvrir le détail"),
            [Field("reason", _("Raison"), required=True)],
            send,
            today=self.session.today,
            intro=_("{card}\nChaque centre montré lira votre nom et cette raison.").format(card=card_name(card)),
        )
        found = await self.app.push_screen_wait(question)
        if found is not None:
            columns = [Column(_("centre"), 20, grow=1), Column(_("saisons"), 30, grow=2)]
            await self.app.push_screen_wait(
                Show(
                    _("Séjours du client"),
                    columns,
                    detail_rows(found),
                    titled=True,
                    two_lines=True,
                    empty=_("Aucun séjour connu."),
                )
            )


def detail_rows(found: Sequence[CentreDetail]) -> list[Row]:
    """Return a row a centre: the seasons, and where what the client declared and what is detected disagree."""
    return [
        Row(
            str(number),
            (
                each.centre_name,
                ", ".join(
                    f"{label(SEASON, season.season)} {season.year}" + (f" ×{season.stays}" if season.stays > 1 else "")
                    for season in each.seasons
                )
                or _("aucun séjour"),
            ),
            second=_declared(each),
        )
        for number, each in enumerate(found)
    ]


def _declared(each: CentreDetail) -> str:
    if each.declared_elsewhere is None:
        return ""
    if each.declared_elsewhere and not each.detected_elsewhere:
        return _("y a dit venir d'un autre centre : aucun trouvé")
    if each.detected_elsewhere and not each.declared_elsewhere:
        return _("y a dit ne connaître aucun autre centre")
    return _("déclaré et trouvé s'accordent")
