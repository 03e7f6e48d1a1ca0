"""The centre's users, their roles and keys."""

from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from infra.database import tenant_transaction
from server.answers import tagged
from server.contract.accounts import KeyView, NewKey, NewUser, RoleView, User, UserChange
from server.contract.basics import Page
from server.dependencies import AtDesk
from tenants.accounts import queries
from tenants.accounts.operations import add_key, add_user, change_user, revoke_key
from tenants.accounts.queries import KeyLine, UserLine


class UserController(Controller):
    """Who works here, and what they may do."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("users",)
    opt = {"right": "user.manage"}

    @get("/users")
    async def users(self, desk: AtDesk) -> Page[User]:
        """List the centre's users by login."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            return Page(items=[user_shown(line) for line in await queries.users(desk.centre_id)])

    @get("/roles")
    async def roles(self, desk: AtDesk) -> list[RoleView]:
        """List the centre's roles, the supplied ones first."""
        async with tenant_transaction(desk.centre_id, read_only=True):
            lines = await queries.roles(desk.centre_id)
        return [
            RoleView(id=line.id, name=line.name, supplied=line.supplied, rights=sorted(line.rights)) for line in lines
        ]

    @post("/users")
    async def add(self, desk: AtDesk, data: JSONBody[NewUser]) -> Response[User]:
        """Give a person a role here; one who has an account keeps it, and must be named with its e-mail address."""
        added = await add_user(
            desk.centre_id,
            data.login,
            name=data.name,
            email=data.email,
            role=data.role,
            password=data.password,
            public_key=data.public_key,
            actor=desk.actor,
        )
        return await answer(desk.centre_id, added.id, status=201)

    @patch("/users/{user_id:uuid}")
    async def change(
        self, desk: AtDesk, user_id: FromPath[UUID], data: JSONBody[UserChange], if_match: NamedDependency[int]
    ) -> Response[User]:
        """Change a user; `disabled` ends every session of theirs at once."""
        line = await change_user(
            desk.centre_id,
            user_id,
            name=data.name,
            email=data.email,
            role=data.role,
            state=data.state,
            password=data.password,
            version=if_match,
            actor=desk.actor,
        )
        return tagged(user_shown(line), line.version)

    @post("/users/{user_id:uuid}/keys")
    async def add_key(self, desk: AtDesk, user_id: FromPath[UUID], data: JSONBody[NewKey]) -> KeyView:
        """Register a public key, which opens the terminal over SSH."""
        return key_shown(await add_key(desk.centre_id, user_id, data.public_key, label=data.label, actor=desk.actor))

    @delete("/users/{user_id:uuid}/keys/{key_id:uuid}")
    async def revoke_key(self, desk: AtDesk, user_id: FromPath[UUID], key_id: FromPath[UUID]) -> None:
        """Revoke a key and end the sessions it opened."""
        await revoke_key(desk.centre_id, user_id, key_id, actor=desk.actor)


async def answer(centre_id: UUID, user_id: UUID, *, status: int) -> Response[User]:
    """Answer with a user as it is now."""
    async with tenant_transaction(centre_id, read_only=True):
        line = await queries.user(centre_id, user_id)
    return tagged(user_shown(line), line.version, status=status)


def user_shown(line: UserLine) -> User:
    """Put a user on the wire."""
    return User(
        id=line.id,
        version=line.version,
        login=line.login,
        name=line.name,
        email=line.email,
        role=line.role,
        state=line.state,
        keys=[key_shown(key) for key in line.keys],
    )


def key_shown(key: KeyLine) -> KeyView:
    """Put a key on the wire."""
    return KeyView(
        id=key.id,
        label=key.label,
        fingerprint=key.fingerprint,
        created_at=key.created_at,
        last_used_at=key.last_used_at,
    )
