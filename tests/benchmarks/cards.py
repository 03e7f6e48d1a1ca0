"""Cards by the hundred thousand, seeded: names, towns and phones as spread as a centre's own."""

import random
from collections.abc import Iterator
from uuid import UUID

from infra.ids import new_id
from tenants.clients.rules import ClientFields, Phone, clean
from tenants.clients.storing import NewCard, insert_cards, reference_of

_FIRST_NAMES = """Camille Martin Jeanne Louis Maïwenn Hugo Chloé Arthur Inès Gabriel Léa Jules Emma Raphaël Manon Lucas Zoé
    Nathan Alice Théo Louise Paul Rose Adam Anna Victor Lina Mathis Julia Tom Éléonore Yann Solène Erwan Gaëlle Loïc Nolwenn
    Ronan Anaïs Corentin Margaux Baptiste Clémence Étienne Hélène Benoît Aurélie Sébastien Élodie François"""
_SYLLABLES = """ba bel ber bon bou bre ca car char che col cor da del der do du fa fer fon ga gau ger gran gri ha her jo la lan
    le len lo lou ma mar mer mo mon mou na nel no pa per pi poi por ra re ri ro rou sa sau ser si so ta ter tho ti tou va
    ver vi vil"""
_ENDINGS = "ard aud eau elle er et ier in ois on ot oux ou ec ic ay an y and ert"
_TOWNS = """Quimper Brest Nantes Rennes Lyon Paris Lille Toulouse Bordeaux Marseille Strasbourg Dijon Angers Grenoble Caen
    Bayeux Vannes Lorient Saint-Malo Saint-Brieuc Plougastel-Daoulas Pont-Aven Concarneau Douarnenez La-Rochelle Poitiers
    Tours Orléans Le-Mans Rouen Amiens Metz Nancy Reims Troyes Besançon Annecy Chambéry Valence Avignon"""
FIRST_NAMES, SYLLABLES, ENDINGS, TOWNS = (text.split() for text in (_FIRST_NAMES, _SYLLABLES, _ENDINGS, _TOWNS))
BATCH = 1_000


def last_names(dice: random.Random, count: int) -> list[str]:
    """Return names that sound like names: two or three syllables and an ending."""
    made: set[str] = set()
    while len(made) < count:
        name = "".join(dice.choices(SYLLABLES, k=dice.choice((1, 2, 2)))) + dice.choice(ENDINGS)
        made.add(("Le " if dice.random() < 0.05 else "") + name.capitalize())
    return sorted(made)


def fields_of(dice: random.Random, names: list[str]) -> Iterator[ClientFields]:
    """Return fields without end; few names are common, most are rare."""
    while True:
        first, last = dice.choice(FIRST_NAMES), names[int(len(names) * dice.random() ** 2)]
        number = f"0{dice.choice('1234567')}" + "".join(f" {dice.randrange(100):02d}" for _ in range(4))
        yield ClientFields(
            first_name=first,
            last_name=last,
            email=f"{first}.{last}{dice.randrange(1000)}@example.org".replace(" ", "").lower()
            if dice.random() < 0.7
            else "",
            phones=[Phone(number=number)] if dice.random() < 0.8 else [],
            town=dice.choice(TOWNS).replace("-", " "),
            postal_code=f"{dice.randrange(1, 96):02d}{dice.randrange(1000):03d}",
        )


async def some_cards(centre_id: UUID, count: int, *, dice: random.Random, names: int = 12_000) -> list[ClientFields]:
    """Write cards in batches, cleaned as the desk's are, without asking the referential; return what they say."""
    import msgspec

    from infra.database import execute, tenant_transaction

    source = fields_of(dice, last_names(dice, names))
    written: list[ClientFields] = []
    for begin in range(0, count, BATCH):
        batch = [clean(next(source)) for _ in range(min(BATCH, count - begin))]
        cards = []
        for card in batch:
            client_id = new_id()
            fields = msgspec.structs.replace(card.fields, reference=reference_of(client_id))
            kept = msgspec.structs.replace(card, fields=fields)
            cards.append(NewCard(id=client_id, card=kept, source="bench", foreign_id=None, consent=None))
            written.append(fields)
        async with tenant_transaction(centre_id):
            await execute("SET LOCAL statement_timeout = 0")
            await insert_cards(centre_id, cards)
    return written
