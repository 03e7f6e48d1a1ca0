"""What is done with a segment, on its line or on its page: shared, duplicated, deleted, taken away."""

from asyncio import to_thread
from uuid import UUID

from textual import work

from server.contract.segments import SegmentCard, SegmentFields
from tui.dialogs.address import Address
from tui.dialogs.confirm import Confirm
from tui.dialogs.documents import saved
from tui.dialogs.pick import Pick
from tui.screens.base import DeskScreen, OpenScreen
from tui.transport import ApiProblem
from tui.words import N_, _, ngettext

FORMS = (("xlsx", N_("XLSX, pour un tableur")), ("csv", N_("CSV")))


class SegmentGestures(DeskScreen):
    """A screen of segments, or of one."""

    async def fresh(self, segment_id: UUID) -> SegmentCard:
        """Read a segment as it is now."""
        return await self.session.client.segment(segment_id)

    def gone(self) -> None:
        """Hear that the segment was deleted here: the list reads again, the page is left."""
        self.read()

    @work(exclusive=True, group="segment")
    async def share(self, segment_id: UUID) -> None:
        """Let everybody of the centre see it, or its owner alone again."""
        client = self.session.client
        try:
            one = await self.fresh(segment_id)
            if one.shared and not one.own:
                self.notify(_("Il est à {name} : c'est à qui l'a fait de le reprendre.").format(name=one.by))
                return
            question = _("Tout le centre le verra, pourra s'en servir et le changer.")
            if one.shared:
                question = _("Vous seul le verrez ; les autres ne pourront plus s'en servir.")
            title = _("Garder « {name} » pour soi ?") if one.shared else _("Partager « {name} » ?")
            if not await self.app.push_screen_wait(Confirm(title.format(name=one.name), question)):
                return
            fields = SegmentFields(name=one.name, expression=one.expression, shared=not one.shared)
            await client.change_segment(one.id, fields, version=one.version)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.post_message(self.Did(_("Il n'est plus qu'à vous.") if one.shared else _("Il est à tout le centre.")))

    @work(exclusive=True, group="segment")
    async def duplicate(self, segment_id: UUID) -> None:
        """Build on from one: a new one, with what it asks."""
        from tui.screens.segment_form import SegmentFormScreen

        try:
            one = await self.fresh(segment_id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            name = _("{name} (copie)").format(name=one.name)
            screen = SegmentFormScreen(self.session, expression=one.expression, name=name)
            self.post_message(OpenScreen(screen))

    @work(exclusive=True, group="segment")
    async def delete(self, segment_id: UUID) -> None:
        """Delete it, with its photos, after asking."""
        try:
            one = await self.fresh(segment_id)
            count = len(one.snapshots)
            said = _("Les fiches restent ; ce qu'il demande est perdu.")
            if count:
                said += " " + ngettext("{n} photo s'en va avec lui.", "{n} photos s'en vont avec lui.", count).format(
                    n=count
                )
            if one.shared:
                said += " " + _("Il est partagé : personne du centre ne l'aura plus.")
            title = _("Supprimer « {name} » ?").format(name=one.name)
            if not await self.app.push_screen_wait(Confirm(title, said, yes=_("supprimer"), yes_first=False)):
                return
            await self.session.client.delete_segment(one.id, version=one.version)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
        else:
            self.app.notify(_("Segment supprimé."))
            self.gone()

    @work(exclusive=True, group="segment")
    async def export(self, segment_id: UUID) -> None:
        """Take the cards of whom it finds away, for a spreadsheet; the trail notes it."""
        chosen = await self.app.push_screen_wait(
            Pick(_("Exporter les fiches du segment"), [(code, _(label)) for code, label in FORMS])
        )
        if chosen is None:
            return
        client = self.session.client
        try:
            if self.session.own_machine:
                path = await to_thread(saved, await client.segment_file(segment_id, chosen), f"segment.{chosen}")
                self.notify(_("Enregistré : {path}").format(path=path), timeout=8)
                return
            link = await client.segment_link(segment_id, chosen)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        said = _("Ouvrez cette adresse sur votre machine, dans le quart d'heure. Elle est copiée.")
        await self.app.push_screen_wait(Address(link.name, said, link.url))
