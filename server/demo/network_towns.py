"""The 38 further centres of the large network: invented houses in real French towns, of 18 to 280 beds."""

from typing import Final

import msgspec

from server.demo.network import CENTRES, DemoCentre, DemoRooms

TOWNS: Final = (
    ("Les Embruns", "29200", "Brest", 210), ("L'Île aux Pins", "56100", "Lorient", 120), ("Le Grand Large", "35400", "Saint-Malo", 280),
    ("La Passerelle", "44000", "Nantes", 180), ("Les Marais", "17000", "La Rochelle", 150), ("Côte d'Argent", "40130", "Capbreton", 96),
    ("L'Océane", "33120", "Arcachon", 84), ("Les Capucins", "33000", "Bordeaux", 220), ("La Garonne", "31000", "Toulouse", 190),
    ("Pic du Midi", "65200", "Bagnères-de-Bigorre", 74), ("Les Isards", "09200", "Saint-Girons", 36), ("La Cité", "11000", "Carcassonne", 130),
    ("Les Flamants", "66700", "Argelès-sur-Mer", 160), ("Le Mas Neuf", "34000", "Montpellier", 140), ("Les Cévennes", "30140", "Anduze", 58),
    ("La Roquebrune", "06500", "Menton", 66), ("L'Estérel", "83700", "Saint-Raphaël", 110), ("Le Vieux Port", "13002", "Marseille", 240),
    ("Les Ocres", "84400", "Apt", 44), ("Durance", "04000", "Digne-les-Bains", 52), ("Le Queyras", "05600", "Guillestre", 48),
    ("Les Écrins", "38520", "Le Bourg-d'Oisans", 90), ("Belledonne", "38000", "Grenoble", 125), ("Le Semnoz", "74000", "Annecy", 170),
    ("Mont Royal", "73000", "Chambéry", 88), ("Les Canuts", "69004", "Lyon", 260), ("Le Forez", "42600", "Montbrison", 40),
    ("Les Volcans", "63000", "Clermont-Ferrand", 115), ("La Source", "87000", "Limoges", 72), ("Le Val de Loire", "37000", "Tours", 135),
    ("Sologne", "41000", "Blois", 62), ("Les Remparts", "21200", "Beaune", 54), ("La Citadelle", "25000", "Besançon", 105),
    ("Les Cigognes", "67000", "Strasbourg", 230), ("La Lorraine", "54000", "Nancy", 98), ("L'Ardennaise", "08000", "Charleville-Mézières", 46),
    ("Les Deux Caps", "62200", "Boulogne-sur-Mer", 78), ("La Bresle", "76260", "Eu", 18),
)  # fmt: skip
"""Name, postal code, town, beds."""

COLOURS: Final = ("#1d5c87", "#3d6b35", "#8a3b52", "#b1581d", "#5b4b8a", "#2f6f73")


def large_network(cards: int) -> tuple[DemoCentre, ...]:
    """Return the 43 centres, the cards shared among them by their beds."""
    others = [_centre(place, *town) for place, town in enumerate(TOWNS)]
    beds = {centre.slug: _beds(centre) for centre in (*CENTRES, *others)}
    whole = sum(beds.values())
    return tuple(
        msgspec.structs.replace(centre, cards=cards * beds[centre.slug] // whole) for centre in (*CENTRES, *others)
    )


def _beds(centre: DemoCentre) -> int:
    return sum(rooms.beds * rooms.count for rooms in centre.rooms)


def _centre(place: int, name: str, postal_code: str, town: str, beds: int) -> DemoCentre:
    slug = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in _plain(town)).strip("-")
    return DemoCentre(
        slug=slug,
        name=f"{name}, {town}",
        legal_name=f"Association {name} {town}",
        street=f"{place + 3} rue des Écoles",
        postal_code=postal_code,
        town=town,
        phone=f"+332619102{place:02d}",
        colour=COLOURS[place % len(COLOURS)],
        rooms=_rooms(beds),
        cards=0,
        price_minor=4_200 + place % 9 * 150,
    )


def _plain(town: str) -> str:
    return town.lower().translate(str.maketrans("éèêàâîôûç'", "eeeaaiouc-"))


def _rooms(beds: int) -> tuple[DemoRooms, ...]:
    """Return about as many beds in rooms of two, four and six, and a dormitory where there is room for one."""
    dormitory = 12 if beds > 60 else 0
    twos, fours = max(2, beds // 10), (beds - dormitory) // 10
    sixes, left = divmod(beds - dormitory - 2 * twos - 4 * fours, 6)
    twos += left // 2
    rooms = [
        DemoRooms("Bâtiment A", "RDC", "A", 1, twos, 2, "2 lits"),
        DemoRooms("Bâtiment A", "1er", "B", 1, fours, 4, "famille"),
        DemoRooms("Bâtiment B", "RDC", "C", 1, sixes, 6, "ados"),
        DemoRooms("Bâtiment B", "1er", "D", 1, 1, dormitory, "dortoir", dormitory=True),
    ]
    return tuple(each for each in rooms if each.count and each.beds)
