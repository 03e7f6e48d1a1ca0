"""Makers of labelled files of cards, each with people, fields and mistakes of its own; nothing here is read by the matcher.

Development figures come of them, no more: who writes both a maker and a matcher flatters the matcher.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from faker.providers.person.de_DE import Provider as German
from faker.providers.person.en_GB import Provider as English
from faker.providers.person.fr_FR import Provider as French

Card = dict[str, str]
Maker = Callable[[random.Random, int], list[Card]]
SEED_S_PAIR: Final[tuple[Card, Card]] = (
    {"first_name": "P", "last_name": "Martin", "phone": "+33 6 52 52 72 72"},
    {"first_name": "Patrick", "last_name": "M.", "phone": "06 52 52 72 72", "birth_date": "28/12/1956"},
)
"""The two cards that the project began with: one person's, however many others there are."""

_SYLLABLES: Final = {
    "beginning": "Ab Bel Bor Cas Cha Cor Dau Del Dom Fau Fer Gar Gou Hau Jac Jol Lam Lec Mal Mer Mon Nau Pel Per",
    "end": "ais ault bert chet court dier don et gnon guet lain lier lon mont nard nier quet rand rin sac tier ton vel zac",
}
_BEGINNINGS, _ENDS = (text.split() for text in _SYLLABLES.values())
_MIDDLES: Final = ("", "", "", "an", "ar", "el", "er", "in", "ou", "ol")
_WAYS: Final = ("rue", "r.", "avenue", "av", "chemin", "impasse", "place", "bd")
_HOSTS: Final = ("orange.fr", "gmail.com", "free.fr", "laposte.net", "outlook.com", "sfr.fr")
_PLATFORMS: Final = ("guest.booking.com", "m.expediapartnercentral.com", "guest.airbnb.com")
_DESKS: Final = ("contact@mairie-{}.fr", "accueil@{}.org", "reservation@{}.com")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def surname(dice: random.Random) -> str:
    """Return a surname; some are common, most are rare."""
    if dice.random() < 0.45:
        names = list(French.last_names)
        return str(names[min(int(dice.expovariate(1 / 60)), len(names) - 1)])
    return dice.choice(_BEGINNINGS) + dice.choice(_MIDDLES) + dice.choice(_ENDS)


def given(dice: random.Random, names: object = French) -> str:
    """Return a given name of a country's, the first ones of its list oftener."""
    known = sorted(set(getattr(names, "first_names", ())))
    dice_place = min(int(dice.expovariate(3 / len(known))), len(known) - 1)
    return str(known[(dice_place * 7919) % len(known)])


def slip(dice: random.Random, text: str) -> str:
    """Return a text with one typing slip."""
    if len(text) < 3:
        return text
    at, kind = dice.randrange(len(text) - 1), dice.random()
    if kind < 0.35:
        return text[:at] + dice.choice(_LETTERS) + text[at + 1 :]
    if kind < 0.6:
        return text[:at] + text[at + 1 :]
    if kind < 0.8:
        return text[:at] + dice.choice(_LETTERS) + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def digit_slip(dice: random.Random, text: str) -> str:
    """Return a text with one digit changed."""
    places = [place for place, char in enumerate(text) if char.isdigit()]
    if not places:
        return text
    at = dice.choice(places)
    return text[:at] + str(dice.randrange(10)) + text[at + 1 :]


def _birth(dice: random.Random, first: int, last: int) -> date:
    return date(first, 1, 1) + timedelta(days=dice.randrange((last - first) * 365))


def _damaged(text: str) -> str:
    return text.encode().decode("latin-1")


def exports(dirt: float) -> Maker:
    """Return the maker of a network's cards as its centres export them: families, desks, platforms; dirt from 0 to 1."""

    def make(dice: random.Random, size: int) -> list[Card]:
        cards: list[Card] = []
        number, mailboxes = 0, Counter[str]()
        while len(cards) < size:
            town = dice.choice(_BEGINNINGS) + dice.choice(_MIDDLES) + dice.choice(_ENDS) + dice.choice(["", "-sur-Mer"])
            home = {
                "last_name": surname(dice),
                "phone": f"0{dice.choice('12345')}{dice.randrange(10**8):08d}",
                "street": f"{dice.randrange(1, 120)} {dice.choice(_WAYS)} {surname(dice)}",
                "postal_code": f"{dice.randrange(1, 96):02d}{dice.choice((0, 100, 200, 340, 500)):03d}",
                "city": town,
            }
            for _ in range(dice.choice((1, 1, 1, 2, 2, 4))):
                number += 1
                whole = _person(dice, home)
                whole["email"] = _mailbox(whole["email"], mailboxes)
                copies = 1 + min(int(dice.expovariate(1.1)), 7)
                cards += [{**_export(dice, whole, dirt), "person_id": f"E{number}"} for _ in range(copies)]
        return cards[:size]

    return make


def _mailbox(address: str, taken: Counter[str]) -> str:
    """Return an address that nobody else has: whoever comes second is given a number, as providers do."""
    taken[address] += 1
    local, _, host = address.partition("@")
    return address if taken[address] == 1 else f"{local}.{taken[address]}@{host}"


def _person(dice: random.Random, home: Mapping[str, str]) -> Card:
    first = given(dice)
    mobile = f"0{dice.choice('67')}{dice.randrange(10**8):08d}"
    local = dice.choice((f"{first}.{home['last_name']}", f"{first[0]}{home['last_name']}{dice.randrange(99)}"))
    return {
        **home,
        "first_name": first,
        "phone": mobile if dice.random() < 0.7 else home["phone"],
        "email": f"{local}@{dice.choice(_HOSTS)}".lower().replace(" ", ""),
        "birth_date": _birth(dice, 1935, 2008).strftime("%d/%m/%Y"),
        "country": "FR",
    }


def _export(dice: random.Random, whole: Card, dirt: float) -> Card:
    card = dict(whole)
    for field, missing in (
        ("birth_date", 0.55),
        ("email", 0.3),
        ("phone", 0.25),
        ("street", 0.5),
        ("postal_code", 0.35),
        ("city", 0.35),
    ):
        if dice.random() < missing * (0.5 + 0.6 * dirt):
            card[field] = ""
    for often, change in _MISTAKES:
        if dice.random() < often * dirt:
            card.update(change(dice, card))
    if dice.random() < 0.35:
        card["last_name"] = card["last_name"].upper()
    if card["phone"] and dice.random() < 0.3:
        card["phone"] = "+33 " + " ".join(card["phone"][1:][at : at + 2] for at in range(0, 9, 2))
    return card


_MISTAKES: Final[tuple[tuple[float, Callable[[random.Random, Card], Card]], ...]] = (
    (0.25, lambda dice, card: {"first_name": card["first_name"][0] + dice.choice(["", "."])}),
    (0.06, lambda dice, card: {"first_name": slip(dice, card["first_name"])}),
    (0.06, lambda dice, card: {"last_name": slip(dice, card["last_name"])}),
    (0.04, lambda dice, card: {"first_name": card["last_name"], "last_name": card["first_name"]}),
    (0.05, lambda dice, card: {"first_name": "", "last_name": f"{card['last_name']} {card['first_name']}"}),
    (0.1, lambda dice, card: {"last_name": _damaged(card["last_name"])}),
    (0.2, lambda dice, card: {"email": f"{card['last_name'][0]}{dice.randrange(10**6)}@{dice.choice(_PLATFORMS)}"}),
    (0.05, lambda dice, card: {"email": dice.choice(_DESKS).format(dice.choice(_ENDS))}),
    (0.04, lambda dice, card: {"phone": digit_slip(dice, card["phone"])}),
    (0.03, lambda dice, card: {"birth_date": digit_slip(dice, card["birth_date"])}),
    (0.05, lambda dice, card: {"birth_date": card["birth_date"] and "01/01/1900"}),
)


def registers(dice: random.Random, size: int) -> list[Card]:
    """Make old registers: names, dates and places only, some ten cards a person, each with several mistakes."""
    names, surnames = list(English.first_names), list(English.last_names)
    towns = [surname(dice) + dice.choice(["ton", "ham", "ford", ""]) for _ in range(400)]
    cards: list[Card] = []
    number = 0
    while len(cards) < size:
        number += 1
        first, second, last = dice.choice(names), dice.choice(names), dice.choice(surnames)
        maiden = dice.choice(surnames) if dice.random() < 0.15 else last
        born, town = _birth(dice, 1700, 1900), dice.choice(towns)
        code = f"{dice.choice('BCDEHLMNS')}{dice.randrange(1, 30)} {dice.randrange(1, 9)}{dice.choice('ABDE')}{dice.choice('FGH')}"
        for _ in range(1 + int(dice.expovariate(1 / 9))):
            card = {
                "first_name": dice.choices((first, first[0], second), (85, 8, 7))[0],
                "last_name": dice.choices((last, maiden, dice.choice(surnames)), (80, 17, 3))[0],
                "birth_date": born.isoformat() if dice.random() < 0.8 else f"{born.year}-01-01",
                "postal_code": code if dice.random() < 0.75 else f"{code[:-3]}{dice.randrange(1, 9)}AB",
                "city": town if dice.random() < 0.85 else dice.choice(towns),
            }
            for field, often in (("first_name", 0.15), ("last_name", 0.2), ("postal_code", 0.15), ("city", 0.15)):
                if dice.random() < often:
                    card[field] = slip(dice, card[field])
            if dice.random() < 0.25:
                card["birth_date"] = digit_slip(dice, card["birth_date"])
            kept = {field: value for field, value in card.items() if dice.random() > 0.1}
            cards.append({**kept, "person_id": f"R{number}"})
    return cards[:size]


def two_lists(dice: random.Random, size: int) -> list[Card]:
    """Make two lists of one clinic: everybody is in both, right in one, with mistakes in the other; no phone or e-mail."""
    cards: list[Card] = []
    for number in range(size // 2):
        right = {
            "first_name": given(dice, German),
            "last_name": dice.choice(list(German.last_names)),
            "birth_date": _birth(dice, 1920, 2015).strftime("%Y%m%d"),
            "street": f"{dice.randrange(1, 200)} {surname(dice)}straße",
            "postal_code": f"{dice.randrange(1000, 99999):05d}",
            "city": surname(dice) + dice.choice(["stadt", "burg", "dorf", ""]),
            "country": "DE",
        }
        wrong = dict(right)
        for field in dice.choices(list(right)[:-1], k=dice.choice((1, 2, 2, 3, 4))):
            change = dice.random()
            if change < 0.6:
                wrong[field] = (digit_slip if wrong[field].isdigit() else slip)(dice, wrong[field])
            elif change < 0.8:
                wrong[field] = ""
            elif cards:
                wrong[field] = dice.choice(cards)[field]
        cards += [{**card, "person_id": f"T{number}"} for card in (right, wrong)]
    return cards


def clubs(dice: random.Random, size: int) -> list[Card]:
    """Make a federation's members: names, birth and town only; brothers and twins, a licence a season."""
    cards: list[Card] = []
    number = 0
    while len(cards) < size:
        last, town = surname(dice), surname(dice) + dice.choice(["ville", "-les-Bains", ""])
        born = _birth(dice, 1950, 2016)
        for _ in range(dice.choice((1, 1, 2, 3))):
            number += 1
            first, born = (
                given(dice),
                born if dice.random() < 0.03 else born + timedelta(days=dice.randrange(300, 1500)),
            )
            for _ in range(dice.choice((1, 2, 3, 4))):
                card = {"first_name": first, "last_name": last, "birth_date": born.strftime("%d/%m/%Y"), "city": town}
                if dice.random() < 0.08:
                    card["last_name"] = slip(dice, last)
                if dice.random() < 0.08:
                    card["first_name"] = slip(dice, first)
                if dice.random() < 0.06:
                    card["birth_date"] = digit_slip(dice, card["birth_date"])
                if dice.random() < 0.15:
                    card["birth_date"] = ""
                if dice.random() < 0.12:
                    card["city"] = surname(dice)
                cards.append({**card, "person_id": f"C{number}"})
    return cards[:size]


MAKERS: Final[Mapping[str, Maker]] = {
    "exports": exports(1.0),
    "exports, clean": exports(0.3),
    "exports, dirty": exports(1.8),
    "registers": registers,
    "two lists": two_lists,
    "clubs": clubs,
}


def numbered(cards: list[Card], dice: random.Random) -> Iterator[Card]:
    """Give shuffled cards a `record_id` that says nothing."""
    dice.shuffle(cards)
    for number, card in enumerate(cards):
        yield {"record_id": f"K{number:07d}", **card}
