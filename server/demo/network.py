"""The five centres: where they are, what they have, what they sell. All invented, but for the towns."""

from typing import Final

import msgspec


class DemoRooms(msgspec.Struct, frozen=True):
    """Rooms alike: `count` of them from `first` on, on one floor of one building."""

    building: str
    floor: str
    prefix: str
    first: int
    count: int
    beds: int
    room_type: str
    dormitory: bool = False
    accessible: bool = False


class DemoService(msgspec.Struct, frozen=True):
    """A service; the price in cents, VAT in basis points."""

    name: str
    product_type: str
    unit: str
    price_minor: int
    vat_basis_points: int = 1000


class DemoCentre(msgspec.Struct, frozen=True, kw_only=True):
    """A centre and its house."""

    slug: str
    name: str
    legal_name: str
    street: str
    postal_code: str
    town: str
    phone: str
    colour: str
    rooms: tuple[DemoRooms, ...]
    cards: int
    price_minor: int
    """Full board of an adult, a person and night."""

    @property
    def email(self) -> str:
        """The desk's address."""
        return f"accueil@{self.slug}.halte.example"

    @property
    def iban(self) -> str:
        """An account of no bank: the codes are invented, the check digits right."""
        number = f"9999900001{sum(map(ord, self.slug)):011d}97"
        # The country's letters and two zeros stand behind the number while its check digits are found (ISO 13616).
        return f"FR{98 - int(number + '152700') % 97:02d}{number}"


CENTRES: Final = (
    DemoCentre(
        slug="kerfany",
        name="Centre de Kerfany",
        legal_name="Association Kerfany Vacances",
        street="14 chemin de la Grève",
        postal_code="29350",
        town="Moëlan-sur-Mer",
        phone="02 61 91 01 42",
        colour="#1d5c87",
        rooms=(
            DemoRooms("Les Dunes", "RDC", "A", 1, 12, 2, "2 lits"),
            DemoRooms("Les Dunes", "RDC", "P", 1, 2, 2, "PMR", accessible=True),
            DemoRooms("Le Phare", "1er", "B", 1, 10, 6, "ados"),
            DemoRooms("Le Phare", "2e", "C", 1, 8, 4, "famille"),
            DemoRooms("Le Phare", "2e", "D", 1, 2, 11, "dortoir", dormitory=True),
        ),
        cards=900,
        price_minor=4_800,
    ),
    DemoCentre(
        slug="la-scierie",
        name="La Scierie",
        legal_name="Coopérative La Scierie de Gérardmer",
        street="3 route du Saut des Cuves",
        postal_code="88400",
        town="Gérardmer",
        phone="03 53 01 03 00",
        colour="#3d6b35",
        rooms=(
            DemoRooms("Sapinière", "RDC", "S", 1, 20, 4, "4 lits"),
            DemoRooms("Sapinière", "1er", "T", 1, 20, 4, "4 lits"),
            DemoRooms("Sapinière", "RDC", "P", 1, 4, 2, "PMR", accessible=True),
            DemoRooms("Hêtraie", "RDC", "H", 1, 18, 6, "ados"),
            DemoRooms("Hêtraie", "1er", "D", 1, 2, 12, "dortoir", dormitory=True),
        ),
        cards=1_000,
        price_minor=5_100,
    ),
    DemoCentre(
        slug="les-tilleuls",
        name="Relais des Tilleuls",
        legal_name="Association des Tilleuls du Bessin",
        street="39 rue des Bouchers",
        postal_code="14400",
        town="Bayeux",
        phone="02 61 91 00 62",
        colour="#8a3b52",
        rooms=(
            DemoRooms("Manoir", "1er", "M", 1, 10, 2, "2 lits"),
            DemoRooms("Manoir", "2e", "N", 1, 10, 4, "famille"),
            DemoRooms("Manoir", "RDC", "P", 1, 1, 2, "PMR", accessible=True),
        ),
        cards=500,
        price_minor=4_650,
    ),
    DemoCentre(
        slug="atelier-du-rhone",
        name="L'Atelier du Rhône",
        legal_name="Association L'Atelier du Rhône",
        street="8 quai de la Roquette",
        postal_code="13200",
        town="Arles",
        phone="04 65 71 00 96",
        colour="#b1581d",
        rooms=(
            DemoRooms("Quai", "1er", "Q", 1, 16, 2, "2 lits"),
            DemoRooms("Quai", "2e", "R", 1, 8, 6, "ados"),
            DemoRooms("Verrière", "RDC", "V", 1, 2, 8, "dortoir", dormitory=True),
        ),
        cards=450,
        price_minor=4_950,
    ),
    DemoCentre(
        slug="la-feniere",
        name="La Fenière",
        legal_name="Association La Fenière du Cantal",
        street="Lieu-dit Belbex",
        postal_code="15000",
        town="Aurillac",
        phone="04 65 71 00 15",
        colour="#5b4b8a",
        rooms=(
            DemoRooms("Grange", "RDC", "F", 1, 3, 3, "famille"),
            DemoRooms("Grange", "1er", "G", 1, 3, 2, "2 lits"),
        ),
        cards=150,
        price_minor=4_300,
    ),
)


def services_of(centre: DemoCentre) -> tuple[DemoService, ...]:
    """Return what a centre sells."""
    full = centre.price_minor
    return (
        DemoService("Pension complète adulte", "lodging", "person_night", full),
        DemoService("Pension complète ado", "lodging", "person_night", full - 650),
        DemoService("Demi-pension", "lodging", "person_night", full - 1_100),
        DemoService("Nuit et petit-déjeuner", "lodging", "person_night", full - 1_900),
        DemoService("Déjeuner", "meal", "person", 1_350),
        DemoService("Panier-repas", "meal", "person", 980),
        DemoService("Salle de réunion, la journée", "room_hire", "group", 18_000, 2000),
        DemoService("Visite guidée", "activity", "person", 600, 2000),
        DemoService("Location de draps", "option", "person", 550, 2000),
    )
