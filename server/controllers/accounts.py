"""Who one is."""

import msgspec
from litestar import Controller, get, patch
from litestar.params import JSONBody

from server.contract.accounts import Me, Place, PreferencesChange
from server.dependencies import LoggedIn
from tenants.accounts.operations import Session, change_preferences
from tenants.accounts.preferences import list_columns


class MeController(Controller):
    """The account that the token speaks for."""

    path = "/api/v1/me"
    tags = ("account",)
    opt = {"account": True}

    @get()
    async def me(self, session: LoggedIn) -> Me:
        """Say who one is, and where one may go with which rights."""
        return shown(session, columns=await list_columns(session.account_id))

    @patch()
    async def change(self, session: LoggedIn, data: JSONBody[PreferencesChange]) -> Me:
        """Set one's own preferences; what is left out stays."""
        changed = await change_preferences(
            session.account_id,
            language=data.language,
            first_start_done=data.first_start_done,
            keymap=data.keymap,
            theme=data.theme,
            list_columns=data.list_columns,
        )
        return shown(
            msgspec.structs.replace(
                session,
                language=changed.language,
                first_start_done=changed.first_start_done,
                keymap=changed.keymap,
                theme=changed.theme,
            ),
            columns=changed.list_columns,
        )


def shown(session: Session, *, columns: dict[str, list[str]]) -> Me:
    """Put a session on the wire."""
    return Me(
        account_id=session.account_id,
        login=session.login,
        name=session.name,
        language=session.language,
        first_start_done=session.first_start_done,
        keymap=dict(session.keymap),
        theme=session.theme,
        list_columns=columns,
        places=[
            Place(centre=place.slug, centre_name=place.centre_name, role=place.role, rights=sorted(place.rights))
            for place in session.places
        ],
    )
