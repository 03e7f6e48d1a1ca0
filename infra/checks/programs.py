"""The programs that the tests drive and no wheel brings: a browser, an ssh client, a PDF reader, Node."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence

import msgspec


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """A program of the system."""

    name: str
    package: str
    """Its package in Debian; empty when Debian's is too old."""
    purpose: str
    oldest: int = 0
    """The oldest major version that will do; 0 for any."""
    advice: str = ""
    """What to do where `apt-get` is not the answer."""


PROGRAMS = (
    Program(name="chromium", package="chromium", purpose="drives the public pages and the tablet page"),
    Program(name="ssh", package="openssh-client", purpose="logs in at the gateway as a user does"),
    Program(name="ssh-keygen", package="openssh-client", purpose="makes the users' keys"),
    Program(name="pdftotext", package="poppler-utils", purpose="reads the PDF of a quote back"),
    Program(
        name="node",
        package="",
        purpose="runs the OpenID provider that the log-in is tested against",
        oldest=20,
        advice="install Node 20 or later from https://nodejs.org (Debian 12's own is 18)",
    ),
    Program(name="npm", package="", purpose="installs that provider", advice="it comes with Node"),
)


class Lack(msgspec.Struct, frozen=True):
    """A program that is missing or too old, and what to do about it."""

    program: Program
    found: str

    @property
    def sentence(self) -> str:
        """Say it in one line."""
        state = f"is too old ({self.found})" if self.found else "is missing"
        packages = f"apt-get install -y {self.program.package}" if self.program.package else ""
        remedy = " or ".join(part for part in (packages, self.program.advice) if part)
        return f"{self.program.name} {state}, which {self.program.purpose}: {remedy}"


def lacks(programs: Sequence[Program] = PROGRAMS) -> list[Lack]:
    """List what is missing or too old on this machine."""
    found = [(program, version_of(program)) for program in programs]
    return [Lack(program=program, found=version or "") for program, version in found if not _serves(program, version)]


def version_of(program: Program) -> str | None:
    """Return what the program says of its version (empty when nobody asked); None when it is not on the path."""
    if (path := shutil.which(program.name)) is None:
        return None
    if not program.oldest:
        return ""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return (said.stdout or said.stderr).strip()


def install(missing: Sequence[Lack]) -> str:
    """Install what Debian's packages bring, when we may; return why that was not possible, empty when it was."""
    packages = sorted({lack.program.package for lack in missing if lack.program.package})
    if not packages:
        return ""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return f"run this as root on Debian, or have installed: {' '.join(packages)}"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return f"{' '.join(command)} failed: {done.stderr.strip().splitlines()[-1:]}"
    return ""


def _serves(program: Program, version: str | None) -> bool:
    if version is None:
        return False
    number = re.search(r"\d+", version)
    return not program.oldest or (number is not None and int(number.group()) >= program.oldest)
