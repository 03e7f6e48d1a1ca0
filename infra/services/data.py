"""The data folder of an embedded PostgreSQL: our own initdb, with scram and no trust, and a password for each role."""

import secrets
import shutil
from pathlib import Path

import msgspec

from infra.services.cluster import LOGIN_ROLES
from infra.services.quarters import Quarters, ServiceMissing, own, run_as

SUPERUSER = "halte_superuser"


class Secrets(msgspec.Struct):
    """The passwords of a server, kept beside its data in a file that only its owner reads."""

    superuser: str
    roles: dict[str, str]


def made_data(quarters: Quarters, programs: Path) -> Secrets:
    """Make the data folder unless it is there; a making that was interrupted leaves nothing that counts.

    Raises:
        ServiceMissing: initdb fails, or the data is another major version's.
    """
    data, kept = quarters.directory / "data", quarters.directory / "secrets.json"
    major = _major(programs, quarters)
    if data.exists() and kept.exists():
        found = int((data / "PG_VERSION").read_text())
        if found != major:
            raise ServiceMissing(
                f"{data} was made by PostgreSQL {found} and these programs are PostgreSQL {major}: "
                "start over (halte demo --fresh), or set HALTE_POSTGRES_BIN to the programs of the former"
            )
        return msgspec.json.decode(kept.read_bytes(), type=Secrets)
    secret = Secrets(superuser=secrets.token_hex(24), roles={role: secrets.token_hex(24) for role in LOGIN_ROLES})
    unfinished = quarters.directory / "data.unfinished"
    for left in (unfinished, data):
        shutil.rmtree(left, ignore_errors=True)
    (quarters.directory / "ready").unlink(missing_ok=True)
    _initialise(quarters, programs, unfinished, password=secret.superuser, major=major)
    kept.touch(mode=0o600)
    kept.write_bytes(msgspec.json.encode(secret))
    unfinished.rename(data)
    return secret


def _initialise(quarters: Quarters, programs: Path, target: Path, *, password: str, major: int) -> None:
    # A file, not an argument: every user of the machine can read a command line.
    written = quarters.directory / "password"
    written.touch(mode=0o600)
    written.write_text(password)
    own(written, quarters.account)
    # The builtin provider orders the same everywhere; before 17 it is libc's C.UTF-8.
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    locale = builtin if major >= 17 else ["--locale=C.UTF-8"]
    made = run_as(
        [
            *(str(programs / "initdb"), "-D", str(target), "-U", SUPERUSER, f"--pwfile={written}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", *locale, "--no-instructions"),
        ],
        quarters.account,
        directory=quarters.directory,
    )
    written.unlink()
    if made.returncode != 0:
        raise ServiceMissing(f"PostgreSQL's initdb failed: {made.stderr.strip()}")


def _major(programs: Path, quarters: Quarters) -> int:
    said = run_as([str(programs / "postgres"), "--version"], quarters.account, directory=quarters.directory).stdout
    return int(said.split()[2].split(".")[0])
