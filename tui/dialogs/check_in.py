"""An arrival and a departure at the desk: what is missing is said first, keys go over with the answer."""

from server.contract.stays import ArrivalLine
from tui.dialogs.confirm import Confirm
from tui.formats import people, room_names
from tui.lists import NEED, label
from tui.screens.base import DeskScreen
from tui.words import _, ngettext


async def ask_check_in(screen: DeskScreen, line: ArrivalLine) -> None:
    """Ask once, and check in with one key for each room; with everything ready, yes is under the cursor.

    Of who is here already, ask whether that was a mistake.
    """
    client, keys = screen.session.client, len(line.rooms)
    if line.status == "present":

        async def put_back() -> None:
            await client.undo_present(line.stay_id)
            given = await client.keys_of(line.stay_id)
            if given.given > given.returned:
                await client.take_keys_back(line.stay_id)

        question = f"{line.name} · {_('Le séjour redevient confirmé.')}"
        if await screen.app.push_screen_wait(_mistake(_("Présent par erreur ?"), question)):
            screen.gesture(put_back, _("N'est plus présent."))
        return
    needs = ", ".join(label(NEED, need) for need in line.needs)
    question = f"{line.name} · {people(line.pax)} · {room_names(line.rooms, most=40)}\n"
    question += _("Il manque encore : {needs}.").format(needs=needs) if needs else _("Tout est prêt.")
    if keys:
        question += "\n" + ngettext("{n} clé à remettre.", "{n} clés à remettre.", keys).format(n=keys)
    asked = Confirm(
        _("Arrivée"), question, yes=_("présent, clés remises"), no=_("pas encore"), yes_first=not line.needs
    )
    if await screen.app.push_screen_wait(asked):
        screen.gesture(lambda: client.check_in(line.stay_id), _("{name} : présent.").format(name=line.name))


async def ask_departure(screen: DeskScreen, line: ArrivalLine) -> None:
    """Ask once, and mark departed; keys that are out come back with the same answer.

    Of who has left already, ask whether that was a mistake.
    """
    client = screen.session.client
    out = "keys_back" in line.needs
    if line.status == "departed" and not out:
        question = f"{line.name} · {_('Le séjour redevient présent.')}"
        if await screen.app.push_screen_wait(_mistake(_("Parti par erreur ?"), question)):
            screen.gesture(lambda: client.undo_departed(line.stay_id), _("N'est plus parti."))
        return
    needs = ", ".join(label(NEED, need) for need in line.needs if need != "keys_back")
    question = f"{line.name} · {people(line.pax)} · {room_names(line.rooms, most=40)}"
    if needs:
        question += "\n" + _("Il manque encore : {needs}.").format(needs=needs)
    if out:
        question += "\n" + _("Toutes les clés sont-elles rendues ?")
    yes = _("parti, clés rendues") if out else _("marquer parti")
    if not await screen.app.push_screen_wait(
        Confirm(_("Départ"), question, yes=yes, yes_first="balance" not in line.needs)
    ):
        return

    async def leave() -> None:
        if out:
            await client.take_keys_back(line.stay_id)
        if line.status != "departed":
            await client.mark_departed(line.stay_id)

    screen.gesture(leave, _("{name} : parti.").format(name=line.name))


def _mistake(title: str, question: str) -> Confirm:
    # A second press of the same key does nothing: no is under the cursor.
    return Confirm(title, question, yes=_("défaire"), yes_first=False)
