"""The trail in words: whatever the server writes into it is said in the terminal, in French and in English."""

import ast
from collections.abc import Iterator
from datetime import date
from textwrap import dedent

import pytest

from server.contract.basics import HistoryEntry
from tenants.clients.rules import ClientFields
from tenants.stays.rules import HeadCounts, StayFields
from tests.architecture.audited import Trail, Unreadable
from tests.architecture.sources import Source, sources
from tui.history_fields import NAMES, change_words
from tui.history_words import JOBS, UNDO, VERBS, actor_words, own_words, verb_words
from tui.words import use_language

SERVER = ("infra", "tenants", "billing", "server", "workers")


@pytest.fixture
def in_french() -> Iterator[None]:
    """Speak French again afterwards."""
    use_language("fr")
    yield
    use_language("fr")


def test_every_verb_of_the_trail_has_its_words_and_no_other_has() -> None:
    verbs = Trail(*SERVER).verbs()
    families = {verb for verb in verbs if verb.endswith("*")}
    assert families <= {f"{UNDO}*"}
    assert verbs - families - VERBS.keys() == set(), "tui/history_words.py lacks them"
    assert VERBS.keys() - verbs == set(), "nothing writes them"
    assert {verb for verb, words in VERBS.items() if len(words) > 22} == set(), "too long for the column"


@pytest.mark.usefixtures("in_french")
def test_what_halte_does_by_itself_has_its_words() -> None:
    jobs = {
        str(call.args[0].value)
        for source in sources(*SERVER)
        for call in ast.walk(source.tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "job"
        and isinstance(call.args[0], ast.Constant)
    }
    assert jobs - JOBS.keys() == set(), "tui/history_words.py lacks them"
    assert JOBS.keys() - jobs == set(), "nothing is called so"
    assert (actor_words("retention"), actor_words("Anne Kerbrat")) == ("auto : conservation", "Anne Kerbrat")


@pytest.mark.usefixtures("in_french")
def test_a_verb_is_said_in_the_language_chosen_with_the_reason_that_was_given() -> None:
    said = [verb_words(action) for action in ("assign", "confirm: par téléphone : oui", "undo_move")]
    assert said == ["attribution", "confirmation", "défait : déplacement"]
    assert own_words("confirm: par téléphone : oui") == "par téléphone : oui"
    assert own_words("depart_early: room 019 from 2026-02-28") == ""
    use_language("en")
    assert [verb_words(action) for action in ("assign", "undo_move")] == ["assigned", "undone: moved"]
    assert verb_words("of_a_newer_server") == "of a newer server"


def test_each_field_of_a_card_and_of_a_stay_has_its_words() -> None:
    fields = {*ClientFields.__struct_fields__, *StayFields.__struct_fields__, *HeadCounts.__struct_fields__}
    assert {name for name in fields - NAMES.keys() if not name.endswith("_id")} == set()


@pytest.mark.usefixtures("in_french")
def test_what_changed_is_said_as_the_desk_says_it() -> None:
    entry = HistoryEntry(
        at="2026-11-22T10:00:00Z",
        actor="Yves Prigent",
        address="",
        action="change",
        before={"arrival": "2026-11-27", "status": "option", "notes": "x" * 90, "email_consent": False, "version": 3},
        after={
            "arrival": "2026-11-28",
            "status": "confirmed",
            "present_at": "2026-11-22T09:30:00Z",
            "version": 4,
            "counts": {"teenagers": 48, "adults": 4, "children": None},
            "email_consent": True,
            "client_id": "0-1",
            "amount": {"minor": 12050, "currency": "EUR"},
            "of_a_newer_server": [1, 2],
            "reason": "2026-13-45",
            "id": "0-2",
            "letter": "01a203d8-9a7d-77f3-a762-a76f755cff47",
            "product_type": "lodging",
            "police_form": "filled",
            "booking_category": "individuals",
            "booking_type": "families",
            "services": ["bed_breakfast"],
            "reasons": [{"code": "client_rate", "name": "prime", "price": {"minor": 3990}, "unit": "person_night"}],
            "vat_basis_points": 550,
        },
    )
    assert change_words(entry, zone="Europe/Paris", today=date(2026, 11, 22)) == [
        "somme : 120,50 €",
        "arrivée : 27/11/2026 → 28/11/2026",
        "réservation : Individuels",
        "type de réservation : Familles",
        "effectifs : ados 48, adultes 4",
        "accepte nos courriels : non → oui",
        f"notes : {'x' * 79}… → —",
        "of a newer server : 1, 2",
        "fiche de police : à signer",
        "présents depuis : 10:30",
        "type : Hébergement",
        "motif : 2026-13-45",
        "calcul : tarif du client « prime », 39,90 € par personne et par nuit : il passe avant to…",
        "prestations : Hébergement + petit-déjeuner",
        "statut : option → confirmé",
        "TVA : 5,5 %",
    ]
    assert f"notes : {'x' * 90} → —" in change_words(entry, zone="Europe/Paris", today=date(2026, 11, 22), whole=True)


def test_a_verb_is_read_through_variables_parameters_and_constants() -> None:
    written = dedent(
        """
        SEEN: Final = "see"
        async def _note(stay, action, *, actor):
            await audit("stay", stay, action, actor=actor)
        async def act(stay, on, reason):
            way = "turn_on" if on else "turn_off"
            await audit("stay", stay, way, actor=me)
            await _note(stay, "touch", actor=me)
            await _note(stay, f"say: {reason}", actor=me)
            await audit_network("stay", stay, SEEN, actor=me)
        """
    )
    assert Trail.of([Source("tenants/x.py", written)]).verbs() == {"turn_on", "turn_off", "touch", "say", "see"}
    hidden = written.replace('"touch"', "stay.verb")
    with pytest.raises(Unreadable):
        Trail.of([Source("tenants/x.py", hidden)]).verbs()
