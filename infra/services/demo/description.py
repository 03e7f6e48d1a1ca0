"""`var/demo.json`: what drives the demo from outside. Written last, when every door answers; gone when any may not."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from infra.services.demo.doors import base_url
from infra.services.ports import LOOPBACK


class LoadedCentre(msgspec.Struct, frozen=True):
    """A centre, as the loader left it."""

    slug: str
    name: str
    tablet_token: str


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody one can be: `role` as the desk calls it, `centre` None for the network's."""

    login: str
    password: str
    role: str
    centre: str | None
    key_file: str


class Loaded(msgspec.Struct, frozen=True):
    """What the loader left."""

    centres: list[LoadedCentre]
    users: list[User]


class Ssh(msgspec.Struct, frozen=True):
    """Where the gateway listens."""

    host: str
    port: int


class Centre(msgspec.Struct, frozen=True):
    """A centre, by absolute addresses that work in a fresh browser."""

    slug: str
    name: str
    contact_form: str
    tablet: str


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """The demo's contract with whoever drives it."""

    pid: int
    api: str
    mail: str
    payments: str
    ssh: Ssh
    database_owner: str
    database_app: str
    redis: str
    centres: list[Centre]
    users: list[User]


def describe(loaded: Loaded, *, ports: Mapping[str, int], settings: Mapping[str, str], payments: str) -> Description:
    """Say how to get in, with the ports and passwords of this start."""
    api = base_url(ports["api"])
    return Description(
        pid=os.getpid(),
        api=api,
        mail=base_url(ports["mail"]),
        payments=payments,
        ssh=Ssh(LOOPBACK, ports["ssh"]),
        database_owner=settings["DATABASE_OWNER_URL"],
        database_app=settings["DATABASE_URL"],
        redis=settings["REDIS_URL"],
        centres=[
            Centre(
                slug=centre.slug,
                name=centre.name,
                contact_form=f"{api}/c/{centre.slug}",
                tablet=f"{api}/t/{centre.slug}/{centre.tablet_token}",
            )
            for centre in loaded.centres
        ],
        users=loaded.users,
    )


def write(description: Description, file: Path) -> None:
    """Write it at once or not at all, for its owner's eyes only: it holds passwords."""
    unfinished = file.with_suffix(".unfinished")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(description)))
    unfinished.rename(file)
