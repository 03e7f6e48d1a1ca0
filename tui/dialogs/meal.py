"""Set a meal's quantity by hand, or leave it to be counted again."""

from server.contract.day_sheet import MealSet, Serving
from tui.dialogs.ask import Ask
from tui.formats import short_day
from tui.group_words import DIET, SITTING
from tui.lists import Choices, label
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.words import _


def ask_meal(session: Session, serving: Serving) -> Ask[bool]:
    """Make the dialog for a serving; another sitting or diet of the same day may be chosen."""

    async def send(answers: Answers) -> bool:
        people = int(answers["people"]) if answers["people"] else None
        meal = MealSet(day=serving.day, sitting=answers["sitting"], diet=answers["diet"], people=people)
        await session.client.set_meal(serving.stay_id, meal)
        return True

    fields = [
        Field("sitting", _("Service"), "choice", choices=lambda _answers: _said(SITTING), required=True),
        Field("diet", _("Régime"), "choice", choices=lambda _answers: _said(DIET), required=True),
        Field("people", _("Personnes"), "count", hint=_("vide : compté de nouveau")),
    ]
    values = {"sitting": serving.sitting, "diet": serving.diet, "people": str(serving.people)}
    title = f"{serving.name} · {label(SITTING, serving.sitting)} {short_day(serving.day)}"
    intro = _("Compté : {n}. Ce que vous tapez reste, même si le groupe change de taille.").format(n=serving.counted)
    return Ask(title, fields, send, today=session.today, values=values, intro=intro)


def _said(pairs: tuple[tuple[str, str], ...]) -> Choices:
    return [(code, _(name)) for code, name in pairs]
