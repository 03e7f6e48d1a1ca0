"""Ask what is asked of a criterion: its limits, its days, its values, yes or no, some words."""

from datetime import date

from textual.app import App

from server.contract.segments import AskedCriterion, SegmentCriterion
from tui.dialogs.ask import Ask
from tui.dialogs.pick import Pick
from tui.dialogs.tick import Tick
from tui.segment_words import SegmentWords
from tui.session import Session
from tui.widgets.field import Kind
from tui.widgets.form import Answers, Field
from tui.words import N_, _

NUMBER_WAYS = (
    ("at_least", N_("au moins")),
    ("at_most", N_("au plus")),
    ("exactly", N_("exactement")),
    ("between", N_("entre")),
)
DAY_WAYS = (("at_least", N_("à partir du")), ("at_most", N_("jusqu'au")), ("exactly", N_("le jour même")), ("between", N_("entre")))  # fmt: skip


async def pick_criterion(app: App[int], words: SegmentWords) -> SegmentCriterion | None:
    """Ask which criterion, by typing some of its name."""
    code = await app.push_screen_wait(Pick(_("Quel critère ?"), words.to_pick(), empty=_("Aucun critère de ce nom.")))
    return words.criteria.get(code or "")


async def ask_value(
    app: App[int],
    session: Session,
    words: SegmentWords,
    criterion: SegmentCriterion,
    before: AskedCriterion | None = None,
) -> AskedCriterion | None:
    """Ask what is asked of it; None where one gives up, or says nothing."""
    title = words.label(criterion.code)
    if criterion.kind == "yes_no":
        said = await app.push_screen_wait(Pick(title, [("yes", _("oui")), ("no", _("non"))]))
        return AskedCriterion(criterion=criterion.code, yes=said == "yes") if said else None
    if criterion.kind == "codes":
        ticked = await app.push_screen_wait(Tick(title, words.offered(criterion), before.codes if before else ()))
        return AskedCriterion(criterion=criterion.code, codes=ticked) if ticked else None
    fields = [Field("text", _("Commence par"), required=True)] if criterion.kind == "text" else _limits(criterion)

    async def read(answers: Answers) -> AskedCriterion:
        return _asked(criterion, answers)

    values = _values(criterion, before) if before else {"way": "at_least"}
    question = Ask(title, fields, read, today=session.today, values=values)
    return await app.push_screen_wait(question)


def _limits(criterion: SegmentCriterion) -> list[Field]:
    days = criterion.kind == "days"
    ways = [(code, _(label)) for code, label in (DAY_WAYS if days else NUMBER_WAYS)]
    kind: Kind = "day" if days else "money" if criterion.unit in ("minor", "tenths") else "count"
    units = {"minor": _("en euros"), "tenths": _("sur 5 : 4,5"), "nights": _("nuits"), "people": _("personnes"), "years": _("ans")}  # fmt: skip
    hint = "" if days else units.get(criterion.unit, "")
    return [
        Field("way", _("Condition"), "choice", choices=lambda _answers: ways, required=True),
        Field("value", _("Valeur"), kind, required=True, hint=hint),
        Field("upper", _("et (pour « entre »)"), kind),
    ]


def _asked(criterion: SegmentCriterion, answers: Answers) -> AskedCriterion:
    if criterion.kind == "text":
        return AskedCriterion(criterion=criterion.code, text=answers["text"])
    way, first, second = answers["way"], answers["value"], answers["upper"] or answers["value"]
    if criterion.kind == "days":
        early, late = sorted((date.fromisoformat(first), date.fromisoformat(second)))
        return AskedCriterion(
            criterion=criterion.code,
            first_day={"at_most": None, "between": early}.get(way, date.fromisoformat(first)),
            last_day={"at_least": None, "between": late}.get(way, date.fromisoformat(first)),
        )
    # A score is asked in tenths; the field reads hundredths, as of money.
    part = 10 if criterion.unit == "tenths" else 1
    value, low, high = int(first) // part, *sorted((int(first) // part, int(second) // part))
    return AskedCriterion(
        criterion=criterion.code,
        at_least={"at_most": None, "between": low}.get(way, value),
        at_most={"at_least": None, "between": high}.get(way, value),
    )


def _values(criterion: SegmentCriterion, before: AskedCriterion) -> Answers:
    if criterion.kind == "text":
        return {"text": before.text}
    low: date | int | None = before.first_day if criterion.kind == "days" else before.at_least
    high: date | int | None = before.last_day if criterion.kind == "days" else before.at_most
    way = "at_most" if low is None else "at_least" if high is None else "exactly" if low == high else "between"
    part = 10 if criterion.unit == "tenths" else 1

    def said(limit: date | int | None) -> str:
        return limit.isoformat() if isinstance(limit, date) else "" if limit is None else str(limit * part)

    return {"way": way, "value": said(high if low is None else low), "upper": said(high) if way == "between" else ""}
