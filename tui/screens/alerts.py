"""What waits at the desk: opened, tried again, ignored with a reason, said done."""

from uuid import UUID

from textual import on, work
from textual.message import Message

from server.contract.basics import Page
from server.contract.dossiers import FailedMail
from server.contract.tasks import Task
from tui.dialogs.alert import Alert
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.show import Show
from tui.screens.base import DeskScreen, OpenDossier, OpenStay
from tui.session import Session
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Column, Row, Rows
from tui.widgets.to_do import TASK, task_rows, task_words
from tui.words import _


class Alerts(DeskScreen):
    """A screen with the list of what waits."""

    class TasksLoaded(Message):
        """All that waits came."""

        def __init__(self, tasks: list[Task]) -> None:
            super().__init__()
            self.tasks = tasks

    class MailsLoaded(Message):
        """The failed mails came."""

        def __init__(self, mails: Page[FailedMail]) -> None:
            super().__init__()
            self.mails = mails

    def __init__(self, session: Session, title: str) -> None:
        super().__init__(session, title)
        self.tasks: list[Task] = []
        self.to_do = Rows([Column("", 1), Column("", 10, grow=1)], id="to-do", title=_("À faire"), classes="panel")

    @work
    async def open_task(self, key: str) -> None:
        """Show what waits, and do what is chosen: open it, try again, ignore it with a reason, say it is done."""
        task = next((task for task in self.tasks if f"{TASK}{task.id}" == key), None)
        if task is None:
            return
        wanted = await self.app.push_screen_wait(Alert(self.session, task))
        if wanted == "open":
            self._open(task)
        elif wanted == "retry":
            self.gesture(lambda: self.session.client.retry_mail(task.subject_id), _("Remis dans la file."))
        elif wanted == "ignore":
            ignored = await self.app.push_screen_wait(self._ask_reason(task))
            if ignored:
                self.notify(_("Ignorée ; la raison est dans l'histoire."))
                self.read()
        elif wanted == "done":
            self.gesture(lambda: self.session.client.finish_task(task.id), _("Tâche faite."))

    def _open(self, task: Task) -> None:
        about = UUID(task.facts["about_id"]) if task.kind == "mail_failed" and "about_id" in task.facts else None
        if task.subject_kind == "dossier":
            self.post_message(OpenDossier(task.subject_id))
        elif task.subject_kind == "stay":
            self.post_message(OpenStay(task.subject_id))
        elif about is not None and task.facts.get("about") == "dossier":
            self.post_message(OpenDossier(about))
        else:
            self.action_failed_mails()

    def _ask_reason(self, task: Task) -> Ask[bool]:
        async def send(answers: Answers) -> bool:
            await self.session.client.ignore_task(task.id, answers["reason"])
            return True

        fields = [Field("reason", _("Raison"), required=True, hint=_("ce qu'un collègue doit savoir"))]
        return Ask(_("Ignorer ?"), fields, send, today=self.session.today, intro=task_words(task))

    @work(exclusive=True, group="tasks")
    async def read_tasks(self) -> None:
        """Ask for all that waits."""
        try:
            page = await self.session.client.tasks()
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.TasksLoaded(page.items))

    @on(TasksLoaded)
    @work
    async def _show_tasks(self, event: TasksLoaded) -> None:
        self.tasks = event.tasks
        columns = [Column("", 1), Column("", 20, grow=1)]
        rows = task_rows(event.tasks)
        chosen = await self.app.push_screen_wait(
            Show(_("Tâches : ⏎ ouvrir"), columns, rows, empty=_("Tout est fait. Rien n'attend."))
        )
        if chosen:
            self.open_task(chosen)

    def action_task_done(self) -> None:
        """Say that the task under the cursor is done."""
        key = self.to_do.key
        task = next((task for task in self.tasks if f"{TASK}{task.id}" == key), None)
        if self.focused is not self.to_do or task is None:
            self.notify(_("Mettez-vous sur une tâche de « À faire » (Tab), puis t."))
            return
        self.confirm_then(
            Confirm(_("Tâche faite ?"), task_words(task), yes=_("faite")),
            lambda: self.session.client.finish_task(task.id),
            _("Tâche faite."),
        )

    @work(exclusive=True, group="mails")
    async def action_failed_mails(self) -> None:
        """Ask for the mails that could not be sent."""
        try:
            mails = await self.session.client.failed_mails()
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.MailsLoaded(mails))

    @on(MailsLoaded)
    @work
    async def _show_mails(self, event: MailsLoaded) -> None:
        columns = [Column(_("à"), 26), Column(_("objet"), 20, grow=1), Column(_("essais"), 6, right=True)]
        rows = [
            Row(str(mail.id), (mail.recipient, mail.subject, str(mail.attempts)), second=mail.error)
            for mail in event.mails.items
        ]
        chosen = await self.app.push_screen_wait(
            Show(
                _("Courriels en échec : ⏎ renvoyer"),
                columns,
                rows,
                empty=_("Tous les courriels sont partis."),
                two_lines=True,
            )
        )
        if chosen:
            mail_id = UUID(chosen)
            self.gesture(lambda: self.session.client.retry_mail(mail_id), _("Remis dans la file."))
