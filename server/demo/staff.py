"""The demo's staff: one of every role in each centre and two for the network, each with a password and a key."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.actor import Actor
from tenants.accounts.operations import add_network_user, add_user
from tenants.centres.rules import CentreRef

ROLES = {
    "réception": ("reception", ("Maud Le Goff", "Karim Benali", "Lise Aubert", "Tom Vidal", "Ana Ruiz")),
    "commercial": ("commercial", ("Yves Prigent", "Sonia Haas", "Paul Hamel", "Nina Estève", "Léo Roche")),
    "direction": ("direction", ("Anne Kerbrat", "Marc Ziegler", "Jeanne Marie", "Farid Amar", "Rose Delmas")),
    "comptabilité": ("compta", ("Gilles Riou", "Odile Weber", "Luc Anquetil", "Mona Fabre", "Guy Lagrange")),
}
NETWORK_ROLES = {"network_admin": ("admin", "Claire Réseau"), "network_steward": ("steward", "Denis Référentiel")}


class DemoUser(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody one can be in the demo; the file is the private key."""

    login: str
    password: str
    role: str
    centre: str | None
    key_file: str


async def add_staff(centre: CentreRef, *, place: int, keys: Path, actor: Actor) -> list[DemoUser]:
    """Give a centre its four people; `place` among the network's centres chooses their names."""
    made = []
    for role, (short, names) in ROLES.items():
        user, public_key = _credentials(f"{short}.{centre.slug}", role, centre.slug, keys=keys)
        await add_user(
            centre.id,
            user.login,
            name=names[place % len(names)],
            email=f"{short}@{centre.slug}.halte.example",
            role=role,
            password=user.password,
            public_key=public_key,
            first_start_done=True,
            actor=actor,
        )
        made.append(user)
    return made


async def add_network_staff(*, keys: Path, actor: Actor) -> list[DemoUser]:
    """Give the network its two people."""
    made = []
    for role, (login, name) in NETWORK_ROLES.items():
        user, public_key = _credentials(login, role, None, keys=keys)
        await add_network_user(
            login,
            name=name,
            email=f"{login}@reseau.halte.example",
            role=role,
            password=user.password,
            public_key=public_key,
            first_start_done=True,
            actor=actor,
        )
        made.append(user)
    return made


def _credentials(login: str, role: str, centre: str | None, *, keys: Path) -> tuple[DemoUser, str]:
    """Make a password and a key pair; the private key is written for its user's eyes only."""
    key = Ed25519PrivateKey.generate()
    path = keys / login
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(private)
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    user = DemoUser(login=login, password="-".join(_words()), role=role, centre=centre, key_file=str(path.resolve()))
    return user, f"{public.decode()} {login}"


def _words() -> Iterator[str]:
    """Draw three words and a number: easy to type, made anew for each demo."""
    known = (
        "dune",
        "phare",
        "tilleul",
        "sapin",
        "brume",
        "galet",
        "fougère",
        "genêt",
        "rivage",
        "clairière",
        "alouette",
    )
    for _ in range(3):
        yield secrets.choice(known)
    yield str(secrets.randbelow(9_000) + 1_000)
