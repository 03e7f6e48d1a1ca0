"""The clients of the large network: names as spread as a country's own, one in eight known to several centres."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Final

from server.demo.network_towns import TOWNS
from server.demo.people import BODIES, FIRST_NAMES, PATRONS, STREETS, respelled
from tenants.clients.rules import ClientFields, Phone

SHARED: Final = 0.125
"""The share of a centre's cards that are of clients whom other centres may know too."""
BODY: Final = 0.2
_SOUNDS: Final = """ba bel ber bon bou bre ca car char che col cor da del der do du fa fer fon ga gau ger gran gri ha her
    jo la lan le len lo lou ma mar mer mo mon mou na nel no pa per pi poi por ra re ri ro rou sa sau ser si so ta ter tho
    ti tou va ver vi vil"""
_LAST_SOUNDS: Final = "ard aud eau elle er et ier in ois on ot oux ou ec ic ay an y and ert"
_SYLLABLES, _ENDINGS = (text.split() for text in (_SOUNDS, _LAST_SOUNDS))


def crowd(cards: int, *, network: int, seed: str) -> Iterator[ClientFields]:
    """Invent so many cards of one centre; the same seed gives the same.

    Args:
        cards: how many.
        network: how many cards the whole network has.
        seed: of these cards; the clients that centres share are the same for all seeds.
    """
    chance = random.Random(seed)
    for _ in range(cards):
        if chance.random() < SHARED:
            # Each of these clients has three cards in the network, on average.
            number = chance.randrange(max(1, int(network * SHARED / 3)))
            yield respelled(chance, _client(random.Random(number)))
        else:
            yield _client(chance)


def _client(chance: random.Random) -> ClientFields:
    return _body(chance) if chance.random() < BODY else _person(chance)


def _person(chance: random.Random) -> ClientFields:
    first, last = chance.choice(FIRST_NAMES), _surname(chance)
    _, postal_code, town, _ = chance.choice(TOWNS)
    year = chance.randrange(100)
    plain = f"{first}.{last}{year}".replace(" ", "").replace("'", "").lower().encode("ascii", "ignore").decode()
    return ClientFields(
        kind="person",
        first_name=first,
        last_name=last,
        client_type="individual",
        email=f"{plain}@courriel.example" if chance.random() < 0.7 else "",
        email_consent=chance.random() < 0.4,
        phones=[Phone(number=_number(chance, "67"), mobile=True)] if chance.random() < 0.8 else [],
        street=f"{chance.randint(1, 120)} {chance.choice(STREETS)}",
        postal_code=postal_code,
        town=town,
        birth_date=date(chance.randint(1946, 2004), chance.randint(1, 12), chance.randint(1, 28))
        if chance.random() < 0.5
        else None,
    )


def _body(chance: random.Random) -> ClientFields:
    kind, form = chance.choice(BODIES)
    _, postal_code, town, _ = chance.choice(TOWNS)
    name = form.format(name=f"{chance.choice(PATRONS)} {_surname(chance)}", town=f"{town} {_surname(chance)}")
    host = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
    return ClientFields(
        kind="organisation",
        organisation=name,
        contact_name=f"{chance.choice(FIRST_NAMES)} {_surname(chance)}",
        client_type=kind,
        email=f"contact@{host}.example",
        phones=[Phone(number=_number(chance, "12345"))],
        street=f"{chance.randint(1, 120)} {chance.choice(STREETS)}",
        postal_code=postal_code,
        town=town,
    )


def _surname(chance: random.Random) -> str:
    """Return a name that sounds like one; few are common, most are rare."""
    known = random.Random(int(60_000 * chance.random() ** 2))
    name = "".join(known.choices(_SYLLABLES, k=known.choice((1, 2, 2)))) + known.choice(_ENDINGS)
    return ("Le " if known.random() < 0.05 else "") + name.capitalize()


def _number(chance: random.Random, first: str) -> str:
    return f"0{chance.choice(first)}" + "".join(f" {chance.randrange(100):02d}" for _ in range(4))
