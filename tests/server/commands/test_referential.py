"""`halte referential`, run as an administrator runs it."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from tenants.referential.matching.versions import MODEL
from tests.server.commands.test_centre_and_user import create, halte

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("servers")]


def test_a_young_network_is_told_what_there_is_to_link_and_to_learn(tmp_path: Path) -> None:
    create("quimper")
    file = tmp_path / "cards.csv"
    file.write_text("id,nom,prénom,téléphone\n1,Quiniou,Gwenola,0661626369\n2,QUINIOU,Gwénola,+33 6 61 62 63 69\n")
    halte("import", "clients", str(file), "--centre", "quimper")

    asked = halte("referential", "link")
    counted = halte("referential", "link", "--dry-run", "--json")
    linked = json.loads(halte("referential", "link", "--yes", "--json").out)
    kept = json.loads(halte("referential", "runs", "--json").out)
    would = json.loads(halte("referential", "undo", linked["run_id"], "--dry-run", "--json").out)
    undone = halte("referential", "undo", linked["run_id"])
    listed = halte("referential", "runs").out
    nowhere = halte("referential", "undo", str(UUID(int=7)))
    keyed = halte("referential", "rekey", "--centre", "quimper")
    taught = halte("referential", "train", "--charts", str(tmp_path))
    unknown = halte("referential", "use", "of last year")
    undrawn = halte("referential", "train", "--charts", str(file))
    back = halte("referential", "use", MODEL.version)
    known = json.loads(halte("referential", "versions", "--json").out)

    assert (asked.code, asked.out, "--yes" in asked.err) == (1, "", True)
    assert (counted.code, json.loads(counted.out)["cards"] >= 2) == (0, True)
    assert [(run["id"], run["links"], run["state"]) for run in kept][:1] == [
        (linked["run_id"], linked["joined"], "complete")
    ]
    assert (would["links"], undone.code) == (linked["joined"], 0)
    assert undone.out == f"{linked['joined']} links undone, {would['cards']} cards concerned\n"
    assert "undone" in next(line for line in listed.splitlines() if line.startswith(linked["run_id"]))
    assert (nowhere.code, "link_run_unknown" in nowhere.err, "Traceback" in nowhere.err) == (1, True, False)
    assert (keyed.code, keyed.out) == (0, "2 cards read, 0 written anew\n")
    assert (taught.code, "teach too little" in taught.out, list(tmp_path.glob("*.html"))) == (1, True, [])
    assert (undrawn.code, "charts_unwritable" in undrawn.err, "Traceback" in undrawn.err) == (1, True, False)
    assert back.code == 0
    assert [one["in_use"] for one in known if one["version"] == MODEL.version] == [True]
    assert (unknown.code, "halte referential versions" in unknown.err) == (1, True)
