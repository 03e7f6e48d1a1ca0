"""The public profiles that clients gave or linked: what a handle may be, and where it comes from.

Pure: an address is read, never visited. Nothing is ever fetched from a network.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import msgspec

from infra.errors import FieldError
from tenants.referential.cleaning.text import tidy


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A handle on a network, and its source: how it was given, which form or file, the day, and who noted it."""

    network: str
    handle: str
    given: str = "desk"
    detail: str = ""
    day: date | None = None
    by_name: str = ""


class _Network(msgspec.Struct, frozen=True, kw_only=True):
    """How a network writes its handles, and the paths of its profiles, whose handle is the group."""

    hosts: tuple[str, ...] = ()
    path: str = r"@?([^/]+)"
    handle: str
    cased: bool = True
    shape: str


GIVEN: Final = ("desk", "email", "form", "review", "import")
"""Said at the desk, by e-mail, on a survey or form, by a review that they linked; brought by an import."""
_NETWORKS: Final = {
    "instagram": _Network(
        hosts=("instagram.com",), handle=r"[a-z0-9._]{1,30}", cased=False,
        shape="Instagram : lettres sans accent, chiffres, points et tirets bas, 30 au plus.",
    ),
    "facebook": _Network(
        hosts=("facebook.com", "fb.com"), path=r"(?:(?:people|pages)/[^/]+/)?([^/]+)", handle=r"[A-Za-z0-9.-]{2,80}",
        shape="Facebook : le nom ou le numéro qui finit l'adresse de la page.",
    ),
    "linkedin": _Network(
        hosts=("linkedin.com",), path=r"(?:in/|(?=company/|school/))((?:\w+/)?[^/]+)(?:/\w\w)?",
        handle=r"(?:(?:company|school)/)?[\w.-]{3,100}",
        shape="LinkedIn : ce qui suit « in/ », ou « company/… » pour un organisme.",
    ),
    "x": _Network(
        hosts=("x.com", "twitter.com"), handle=r"[A-Za-z0-9_]{1,15}",
        shape="X : lettres sans accent, chiffres et tirets bas, 15 au plus.",
    ),
    "tiktok": _Network(
        hosts=("tiktok.com",), path=r"@([^/]+)", handle=r"[a-z0-9._]{2,24}", cased=False,
        shape="TikTok : lettres sans accent, chiffres, points et tirets bas, 24 au plus.",
    ),
    "youtube": _Network(
        hosts=("youtube.com",), path=r"(?=@|channel/|c/|user/)@?((?:(?:channel|c|user)/)?[^/]+)(?:/\w+)?",
        handle=r"(?:(?:channel|c|user)/)?[\w.·-]{3,100}",
        shape="YouTube : ce qui suit « @ », ou « channel/… » ; une vidéo n'est pas un profil.",
    ),
    "mastodon": _Network(
        handle=r"[\w.-]+@[\w-]+(?:\.[\w-]+)+", cased=False, shape="Mastodon : nom@serveur, comme chorale@piaille.fr.",
    ),
    "website": _Network(handle=r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/\S*)?", shape="Un site : www.chorale.fr, sans espace."),
    "other": _Network(handle=r".*\w.*", shape="Le nom du réseau et l'identifiant."),
}  # fmt: skip
NETWORKS: Final = tuple(_NETWORKS)
_LIMIT: Final = 30
_FIRST_DAY: Final = date(2000, 1, 1)
_LINE_LIMIT: Final = 200


def read_handle(network: str, written: str) -> str:
    """Return a handle as its network writes it, from what the person gave; empty where it cannot be one.

    An address of the profile typed whole becomes its handle, the @ before it goes.
    """
    rules, text = _NETWORKS[network], tidy(written)
    address = _address(text)
    if network == "website":
        text = re.sub(r"(?i)^https?://", "", text).rstrip("/")
        host, slash, path = text.partition("/")
        text = host.lower() + slash + path
    elif network == "mastodon" and address is not None and "://" in text:
        text = f"{address.path.strip('/').removeprefix('@')}@{address.hostname}"
    elif rules.hosts and address is not None:
        found = re.fullmatch(rules.path, _path(address)) if _is_of(address, rules.hosts) else None
        text = found[1] if found else ""
    handle = text if network == "other" else text.removeprefix("@")
    handle = handle if rules.cased else handle.lower()
    return handle if len(handle) <= _LINE_LIMIT and re.fullmatch(rules.handle, handle) else ""


def _address(text: str) -> SplitResult | None:
    """Return what was typed as an address, where it is one: with its scheme, or on a network that we know."""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        known = any(_is_of(parts, rules.hosts) for rules in _NETWORKS.values())
    except ValueError:
        return None
    return parts if "://" in text or (known and parts.path.strip("/")) else None


def _is_of(address: SplitResult, hosts: Sequence[str]) -> bool:
    host = address.hostname or ""
    return address.scheme in ("http", "https") and any(host == one or host.endswith(f".{one}") for one in hosts)


def _path(address: SplitResult) -> str:
    path = unquote(address.path).strip("/")
    return parse_qs(address.query).get("id", [""])[0] if path == "profile.php" else path


def clean_profiles(profiles: Iterable[Profile]) -> list[Profile]:
    """Return each profile once, the first said, its handle as the network writes it; without a handle it goes.

    What cannot be a handle stays as it was typed, for `wrong_profiles` to name.
    """
    kept: dict[tuple[str, str], Profile] = {}
    for profile in profiles:
        read = read_handle(profile.network, profile.handle) if profile.network in _NETWORKS else ""
        handle = read or tidy(profile.handle)
        if handle:
            tidied = msgspec.structs.replace(profile, handle=handle, detail=tidy(profile.detail))
            kept.setdefault(_key(tidied), tidied)
    return list(kept.values())


def wrong_profiles(profiles: Sequence[Profile], *, today: date) -> Iterator[FieldError]:
    """Yield what cannot be right of clean profiles."""
    if len(profiles) > _LIMIT:
        yield FieldError("/profiles", "too_long", f"{_LIMIT} profils au plus.")
    for place, profile in enumerate(profiles):
        if profile.network not in _NETWORKS:
            yield FieldError(f"/profiles/{place}/network", "unknown", ", ".join(NETWORKS))
        elif not read_handle(profile.network, profile.handle):
            yield FieldError(f"/profiles/{place}/handle", *_why(profile.network, profile.handle))
        if profile.given not in GIVEN:
            yield FieldError(f"/profiles/{place}/given", "unknown", ", ".join(GIVEN))
        if len(profile.detail) > _LINE_LIMIT:
            yield FieldError(f"/profiles/{place}/detail", "too_long", f"{_LINE_LIMIT} caractères au plus.")
        if profile.day is not None and profile.day > today:
            yield FieldError(f"/profiles/{place}/day", "in_the_future", "Un profil donné ne l'est pas à l'avance.")
        elif profile.day is not None and profile.day < _FIRST_DAY:
            yield FieldError(f"/profiles/{place}/day", "impossible", "Il n'y avait pas encore de tel profil.")


def _why(network: str, handle: str) -> tuple[str, str]:
    """Return the code and the words of what is wrong with a handle."""
    rules, address = _NETWORKS[network], _address(handle)
    if not rules.hosts or address is None:
        return f"{network}_handle", rules.shape
    if _is_of(address, rules.hosts):
        return "not_a_profile", "Cette adresse n'est pas celle d'un profil."
    return "other_network", "Cette adresse n'est pas de ce réseau."


def noted(profiles: Sequence[Profile], *, before: Sequence[Profile], today: date, by_name: str) -> list[Profile]:
    """Return clean profiles with who noted each and the day: as they were where nothing of it changed, else by whom says it now."""
    former = {_key(profile): profile for profile in before}
    done = []
    for profile in profiles:
        old = former.get(_key(profile))
        day = profile.day or (old.day if old else None) or today
        said = msgspec.structs.replace(profile, day=day, by_name=old.by_name if old else by_name)
        done.append(said if said == old else msgspec.structs.replace(said, by_name=by_name))
    return done


def read_columns(values: Mapping[str, str], *, detail: str, day: date, by_name: str) -> tuple[list[Profile], list[str]]:
    """Read the handles of a file's row, a column a network, several in one cell; return them, and what could not be read."""
    given = [(network, part.strip()) for network in NETWORKS for part in re.split("[,;|]", values.get(network, ""))]
    read = [
        Profile(network=network, handle=part, given="import", detail=detail, day=day, by_name=by_name)
        for network, part in given
        if read_handle(network, part)
    ]
    return read, [f"{network}: {part} → ∅" for network, part in given if part and not read_handle(network, part)]


def brought(current: Sequence[Profile], *, former: Sequence[Profile], wanted: Sequence[Profile]) -> list[Profile]:
    """Return a card's profiles where its source says `wanted` and said `former`: what the desk noted stays."""
    gone = {_key(profile) for profile in former} - {_key(profile) for profile in wanted}
    return clean_profiles([*(profile for profile in current if _key(profile) not in gone), *wanted])


def _key(profile: Profile) -> tuple[str, str]:
    return profile.network, profile.handle.casefold()
