"""Early departure from the planning: by key or by the right button on the bar of the room that leaves."""

from textual import events, work

from tui.dialogs.early_departure import free_room
from tui.screens.base import DeskScreen
from tui.transport import ApiProblem
from tui.widgets.planning_grid import PlanningGrid
from tui.words import _


class PlanningDeparture(DeskScreen):
    """The gesture; `grid` is the screen's."""

    grid: PlanningGrid

    def on_click(self, event: events.Click) -> None:
        """Take the right button on a bar for « départ »."""
        if event.button == 3:
            self.action_leave_early()

    @work
    async def action_leave_early(self) -> None:
        """Free the room of the bar under the cursor, or its whole group; or take that back."""
        bar = self.grid.bar
        if bar is None or bar.stay_id is None:
            self.notify(_("Placez-vous sur la barre d'un séjour."))
            return
        try:
            stay = await self.session.client.stay(bar.stay_id)
        except ApiProblem as problem:
            self.post_message(self.Refused(problem))
            return
        if stay.rooms:
            await free_room(self, stay, str(bar.room_id))
