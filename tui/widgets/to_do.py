"""What waits at the desk, as rows: counts first, then the newest tasks by name."""

from collections.abc import Sequence
from datetime import date

from server.contract.basics import Money
from server.contract.stays import Desk
from server.contract.tasks import Task
from tui.formats import moment, money, short_day
from tui.lists import STAY_STATUS, label
from tui.widgets.rows import Cell, Row
from tui.words import N_, _, ngettext

TASK = "task "
"""Before a task's id in its row's key."""
# Short: at 80 columns a row of « À faire » has 33 cells.
LEVELS = {
    "blocking": (Cell("‼", "bad"), N_("Bloquant")),
    "warning": (Cell("!", "warn"), N_("Avertissement")),
    "notice": (Cell("·", "muted"), N_("À savoir")),
}
"""The three levels, the heaviest first: each its own sign, for who sees no colours."""
WORDS = {
    "option_ended": N_("{number} : option finie"),
    "stay_left_unconfirmed": N_("{number} payé mais {stay}"),
    "stay_option_ended": N_("option finie, arrivée {arrival}"),
    "room_freed": N_("place pour {people} le {arrival}"),
    "acm_two_months": N_("déclaration ACM ? {arrival}"),
    "acm_eight_days": N_("ACM dans 8 jours ! {arrival}"),
    "cancellation_fee": N_("{number} : frais {fee}"),
    "low_score": N_("☹ note {score} : séjour du {day}"),
    "mail_failed": N_("un courriel n'a pas pu partir"),
    "text_failed": N_("SMS en échec, arrivée {arrival}"),
}


def task_words(task: Task) -> str:
    """Say what a task asks; its code where this terminal does not know the kind."""
    facts = {**task.facts, "stay": label(STAY_STATUS, task.facts.get("stay", ""))}
    if "arrival" in facts:
        facts["arrival"] = short_day(date.fromisoformat(facts["arrival"]))
    if "fee_minor" in facts:
        facts["fee"] = money(Money(minor=int(facts["fee_minor"])))
    try:
        return _(WORDS[task.kind]).format(**facts) if task.kind in WORDS else task.kind
    except KeyError:
        return task.kind


def things_to_do(desk: Desk, zone: str) -> list[Row]:
    """Return the rows of « À faire »; a task's key is `task ` and its id."""
    rows: list[Row] = []
    if desk.unanswered_enquiries:
        said = ngettext("{n} demande sans réponse", "{n} demandes sans réponse", desk.unanswered_enquiries)
        since = moment(desk.oldest_unanswered, zone=zone, today=desk.today) if desk.oldest_unanswered else ""
        rows.append(_thing("enquiries", Cell("●", "accent"), said, desk.unanswered_enquiries, since))
    if desk.options_ending:
        said = ngettext("{n} option finit aujourd'hui", "{n} options finissent aujourd'hui", desk.options_ending)
        rows.append(_thing("options", Cell("●", "accent"), said, desk.options_ending))
    if desk.overdue_payments:
        said = ngettext("{n} paiement en retard", "{n} paiements en retard", desk.overdue_payments)
        overdue = money(Money(minor=desk.overdue_minor))
        rows.append(_thing("overdue", Cell("!", "bad"), said, desk.overdue_payments, overdue))
    if desk.forms_to_sign:
        said = ngettext("{n} fiche de police à signer", "{n} fiches de police à signer", desk.forms_to_sign)
        rows.append(_thing("forms", Cell("○", "warn"), said, desk.forms_to_sign))
    if desk.failed_mails:
        said = ngettext("{n} courriel en échec", "{n} courriels en échec", desk.failed_mails)
        rows.append(_thing("mails", Cell("✉", "warn"), said, desk.failed_mails))
    return rows + _tasks(desk)


def _tasks(desk: Desk) -> list[Row]:
    # A mail that failed is counted above already: it is not said twice.
    named = [task for task in desk.newest_tasks if task.kind != "mail_failed" or not desk.failed_mails]
    others = desk.tasks - len(desk.newest_tasks)
    rows = task_rows(named)
    if others > 0:
        said = ngettext("{n} autre tâche en attente", "{n} autres tâches en attente", others)
        rows.append(_thing("tasks", Cell("!", "warn"), said, others))
    return rows


def task_rows(tasks: Sequence[Task]) -> list[Row]:
    """Return a row per task, the heaviest first."""
    known = list(LEVELS)
    level = {task.id: task.level if task.level in known else "warning" for task in tasks}
    ordered = sorted(tasks, key=lambda task: known.index(level[task.id]))
    return [Row(f"{TASK}{task.id}", (LEVELS[level[task.id]][0], task_words(task))) for task in ordered]


def _thing(key: str, sign: Cell, said: str, count: int, more: str = "") -> Row:
    return Row(key, (sign, said.format(n=count) + (f" · {more}" if more else "")))
