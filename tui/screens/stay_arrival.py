"""What surrounds an arrival on the screen of one stay: rooming list, keys, meals, survey, police forms."""

from uuid import UUID

from textual import work

from server.contract.arrivals import PoliceForm
from server.contract.stays import Stay
from tui.dialogs.address import Address
from tui.dialogs.ask import Ask
from tui.dialogs.confirm import Confirm
from tui.dialogs.meal import ask_meal
from tui.dialogs.show import Show
from tui.formats import numeric_day, short_day, weekday
from tui.group_words import DIET, SITTING
from tui.lists import label
from tui.screens.base import OpenScreen
from tui.screens.shared import Shared
from tui.transport import ApiProblem
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Cell, Column, Row
from tui.words import _


class StayArrival(Shared):
    """The gestures; `stay` and `stay_id` are the screen's."""

    stay_id: UUID
    stay: Stay | None

    def action_rooming(self) -> None:
        """Open the rooming list."""
        from tui.screens.rooming import RoomingScreen

        self.post_message(OpenScreen(RoomingScreen(self.session, self.stay_id)))

    @work
    async def action_keys(self) -> None:
        """Hand keys over, or take them back."""
        client = self.session.client
        try:
            keys = await client.keys_of(self.stay_id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        out = keys.given - keys.returned

        async def send(answers: Answers) -> bool:
            count = int(answers["count"] or 0)
            if answers["way"] == "back":
                await client.take_keys_back(self.stay_id, count)
            else:
                await client.give_keys(self.stay_id, count)
            return True

        ways = [("give", _("remettre")), ("back", _("rendre"))]
        fields = [
            Field("way", _("Geste"), "choice", choices=lambda _answers: ways, required=True),
            Field("count", _("Combien"), "count", required=True),
        ]
        rooms = len({room.room_id for room in self.stay.rooms}) if self.stay else 1
        values = {"way": "back" if out else "give", "count": str(out or max(1, rooms))}
        intro = _("{given} remises, {returned} rendues, {out} dehors.").format(
            given=keys.given, returned=keys.returned, out=out
        )
        if await self.app.push_screen_wait(
            Ask(_("Clés"), fields, send, today=self.session.today, values=values, intro=intro)
        ):
            self.post_message(self.Did(_("Clés notées.")))

    @work
    async def action_meals(self) -> None:
        """Show every meal of the stay; Enter sets one by hand."""
        client = self.session.client
        while True:
            try:
                servings = (await client.meals_of(self.stay_id)).servings
            except ApiProblem as problem:
                self.post_message(self.Refused(problem))
                return
            columns = [
                Column(_("jour"), 12),
                Column(_("service"), 12),
                Column(_("régime"), 14, grow=1),
                Column(_("pers."), 6, right=True),
                Column("", 20, grow=1),
            ]
            rows = [
                Row(
                    str(place),
                    (
                        f"{weekday(one.day)} {short_day(one.day)}",
                        label(SITTING, one.sitting),
                        label(DIET, one.diet),
                        str(one.people),
                        Cell(_("à la main ({n} compté)").format(n=one.counted), "accent") if one.by_hand else "",
                    ),
                )
                for place, one in enumerate(servings)
            ]  # fmt: skip
            empty = _("Aucun repas vendu. Les repas viennent des prestations du dossier.")
            chosen = await self.app.push_screen_wait(
                Show(_("Repas du séjour : ⏎ régler"), columns, rows, titled=True, empty=empty)
            )
            if not chosen:
                return
            await self.app.push_screen_wait(ask_meal(self.session, servings[int(chosen)]))

    @work
    async def action_survey(self) -> None:
        """Show what was answered before the arrival, and send or copy the link."""
        client = self.session.client
        try:
            survey = await client.survey(self.stay_id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        diets = ", ".join(f"{count} {label(DIET, diet)}" for diet, count in survey.diets.items())
        lines = [
            (_("arrivée"), survey.arrival_time),
            (_("régimes"), diets),
            (_("allergies"), survey.allergies),
            (_("accès"), survey.access_needs),
            (_("souhaits"), survey.wishes),
        ]
        told = "\n".join(f"{name} : {text}" for name, text in lines if text)
        if survey.answered_at is None:
            told = (
                _("Envoyé à {address}, sans réponse encore.").format(address=survey.mailed_to or "—")
                if survey.sent_at
                else _("Pas encore envoyé.")
            )
        answer = await self.app.push_screen_wait(
            Confirm(
                _("Questionnaire d'arrivée"),
                told,
                yes=_("envoyer le lien"),
                no=_("copier le lien"),
                yes_first=survey.sent_at is None,
            )
        )
        if answer is None:
            return
        try:
            link = await client.send_survey(self.stay_id, mail=answer)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        said = _("Envoyé à {address}. Copié :").format(address=link.mailed_to) if link.mailed_to else _("Copié :")
        await self.app.push_screen_wait(Address(_("Questionnaire d'arrivée"), said, link.url))

    @work
    async def action_police(self) -> None:
        """Open the police forms, once one has said that one means to: the trail has it first."""
        question = _("Ces fiches ne se montrent qu'à la police. L'histoire du séjour note que vous les ouvrez.")
        if not await self.app.push_screen_wait(
            Confirm(_("Fiches de police"), question, yes=_("ouvrir"), yes_first=False)
        ):
            return
        try:
            forms = (await self.session.client.police_forms(self.stay_id)).items
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        columns = [
            Column(_("nom"), 22, grow=1),
            Column(_("né(e) le"), 10),
            Column(_("à"), 14),
            Column("", 2),
            Column(_("signée"), 9),
        ]
        await self.app.push_screen_wait(
            Show(
                _("Fiches de police"),
                columns,
                [_police_row(form) for form in forms],
                titled=True,
                two_lines=True,
                empty=_("Aucune fiche : personne d'étranger, ou les six mois sont passés."),
            )
        )  # fmt: skip


def _police_row(form: PoliceForm) -> Row:
    signed = Cell("✓", "good") if form.signature else Cell(_("à signer"), "warn")
    reached = " · ".join(filter(None, (form.home.replace("\n", ", "), form.mobile, form.email)))
    return Row(
        str(form.guest_id),
        (
            f"{form.surname} {form.first_names}",
            numeric_day(form.birth_date),
            form.birth_place,
            form.nationality,
            signed,
        ),
        second=f"{reached} · {short_day(form.arrival)}→{short_day(form.departure)}",
    )
