"""Make the table of communes again, from two packages of open data.

    npm pack codes-postaux @etalab/decoupage-administratif
    python -m tenants.addresses.making codes-postaux-*.tgz etalab-decoupage-administratif-*.tgz

What comes out is the same, byte for byte, for the same packages. Sources and licence: `SOURCES.md`.
"""

import gzip
import sys
import tarfile
from collections import defaultdict
from pathlib import Path

import msgspec

from tenants.addresses.table import COMMUNES, DEPARTMENTS, REGIONS
from tenants.referential.cleaning.text import fold


class PostalCode(msgspec.Struct, rename="camel"):
    """A row of `codes-postaux`."""

    code_postal: str
    code_commune: str


class Commune(msgspec.Struct, rename="camel"):
    """A row of `communes.json`; a delegated or associated one names the commune it is now part of."""

    code: str
    nom: str
    type: str
    departement: str = ""
    codes_postaux: list[str] = []
    population: int = 0
    chef_lieu: str = ""


class Division(msgspec.Struct):
    """A row of `departements.json` or `regions.json`."""

    code: str
    nom: str
    region: str = ""


def main(codes_postaux: Path, decoupage: Path) -> None:
    """Read the two packages and write the three tables beside this file."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in msgspec.json.decode(_member(codes_postaux, "codes-postaux.json"), type=list[PostalCode]):
        found[row.code_commune].add(row.code_postal)
    communes = msgspec.json.decode(_member(decoupage, "data/communes.json"), type=list[Commune])
    for commune in communes:
        # The official list goes first; the address base knows the codes of the few that it leaves out.
        found[commune.code] = set(commune.codes_postaux) or found[commune.code]
    by_code = {commune.code: commune for commune in communes if commune.type == "commune-actuelle"}
    lines = []
    for commune in sorted(communes, key=lambda each: (each.code, each.type)):
        whole = by_code.get(commune.chef_lieu)
        part_of_other = commune.type in ("commune-deleguee", "commune-associee")
        if part_of_other and (whole is None or whole.nom == commune.nom):
            continue
        postal_codes = found[commune.code] or (found[whole.code] if whole else set())
        department = commune.departement or (whole.departement if whole else "")
        if postal_codes:
            lines.append(
                "\t".join(
                    (
                        commune.nom,
                        fold(commune.nom).replace("-", " ").replace("'", " "),
                        whole.nom if part_of_other and whole else "",
                        department,
                        str(commune.population),
                        " ".join(sorted(postal_codes)),
                    )
                )
            )
    with COMMUNES.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(("\n".join(lines) + "\n").encode())
    for table, name in ((DEPARTMENTS, "data/departements.json"), (REGIONS, "data/regions.json")):
        rows = msgspec.json.decode(_member(decoupage, name), type=list[Division])
        text = "".join("\t".join(filter(None, (row.code, row.nom, row.region))) + "\n" for row in rows)
        table.write_text(text, encoding="utf-8")
    print(f"{len(lines)} communes, {COMMUNES.stat().st_size} bytes")


def _member(package: Path, name: str) -> bytes:
    with tarfile.open(package) as archive:
        member = archive.extractfile(f"package/{name}")
        assert member is not None
        return member.read()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
