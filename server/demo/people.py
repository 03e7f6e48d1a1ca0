"""Clients of the demo: invented people and bodies, some of whom stayed at several centres under several spellings."""

import random
from datetime import date
from typing import Final

import msgspec

from tenants.clients.rules import ClientFields, Phone

FIRST_NAMES: Final = [
    "Anaïs",
    "Antoine",
    "Aurélie",
    "Baptiste",
    "Béatrice",
    "Camille",
    "Céline",
    "Charlotte",
    "Chloé",
    "Damien",
    "Delphine",
    "Élodie",
    "Émile",
    "Fanny",
    "François",
    "Gaëlle",
    "Géraldine",
    "Guillaume",
    "Hélène",
    "Hugo",
    "Inès",
    "Jean-Marc",
    "Jérôme",
    "Joëlle",
    "Julien",
    "Karine",
    "Laëtitia",
    "Léonard",
    "Loïc",
    "Lucie",
    "Maëlle",
    "Marc",
    "Marie-Claude",
    "Mathilde",
    "Maxime",
    "Mélanie",
    "Michèle",
    "Nadège",
    "Nicolas",
    "Noémie",
    "Océane",
    "Olivier",
    "Pascale",
    "Patrick",
    "Raphaël",
    "Rémi",
    "Sabrina",
    "Sébastien",
    "Simone",
    "Solène",
    "Stéphane",
    "Sylvie",
    "Théo",
    "Thérèse",
    "Valérie",
    "Véronique",
    "Vincent",
    "Xavier",
    "Yann",
    "Zoé",
]
LAST_NAMES: Final = [
    "Abadie",
    "Allard",
    "Arnaud",
    "Aubry",
    "Barbier",
    "Baudouin",
    "Bécquet",
    "Berthelot",
    "Blanchard",
    "Boissel",
    "Bonnefoy",
    "Boulanger",
    "Bourgeois",
    "Brossard",
    "Carlier",
    "Cazenave",
    "Chevallier",
    "Cordier",
    "Courtois",
    "D'Angelo",
    "Dauphin",
    "Delacroix",
    "Delmas",
    "Desbois",
    "Diallo",
    "Dufresne",
    "Estève",
    "Fabre",
    "Ferrand",
    "Fontaine",
    "Gaillard",
    "Gérard",
    "Gautier",
    "Guérin",
    "Guillou",
    "Haddad",
    "Hamelin",
    "Imbert",
    "Jacquet",
    "Jaouen",
    "Kerbrat",
    "Labbé",
    "Lacombe",
    "Lagrange",
    "Langlois",
    "Lebreton",
    "Lefèvre",
    "Le_Goff",
    "Lemaire",
    "Leroux",
    "Maillard",
    "Marchetti",
    "Marchand",
    "Martin",
    "Masson",
    "Mercier",
    "Morel",
    "Moulin",
    "Nguyen",
    "Nicolas",
    "Ollivier",
    "Paquet",
    "Pelletier",
    "Perrin",
    "Petit",
    "Pichon",
    "Poirier",
    "Prigent",
    "Quéré",
    "Rault",
    "Raynaud",
    "Renard",
    "Riou",
    "Roche",
    "Rousseau",
    "Roux",
    "Salaün",
    "Sanchez",
    "Sauvage",
    "Schmitt",
    "Simon",
    "Tanguy",
    "Texier",
    "Thibault",
    "Toussaint",
    "Vallée",
    "Vasseur",
    "Verdier",
    "Vidal",
    "Weber",
    "Ziegler",
]
TOWNS: Final = (
    ("29930", "Pont-Aven"), ("29300", "Quimperlé"), ("56100", "Lorient"), ("35000", "Rennes"), ("44000", "Nantes"),
    ("14000", "Caen"), ("50000", "Saint-Lô"), ("76600", "Le Havre"), ("59000", "Lille"), ("62000", "Arras"),
    ("75011", "Paris"), ("92100", "Boulogne-Billancourt"), ("69003", "Lyon"), ("38000", "Grenoble"), ("13005", "Marseille"),
    ("34000", "Montpellier"), ("31000", "Toulouse"), ("33000", "Bordeaux"), ("87000", "Limoges"), ("63000", "Clermont-Ferrand"),
    ("67000", "Strasbourg"), ("54000", "Nancy"), ("21000", "Dijon"), ("25000", "Besançon"), ("45000", "Orléans"),
)  # fmt: skip
STREETS: Final = (
    "rue des Écoles", "avenue de la République", "rue du Moulin", "place de l'Église", "rue Victor-Hugo", "impasse des Lilas",
    "chemin du Lavoir", "boulevard Gambetta", "rue de la Gare", "allée des Tilleuls",
)  # fmt: skip
BODIES: Final = (
    ("school", "Collège {name}"), ("school", "École primaire {name}"), ("school", "Lycée {name}"),
    ("sports_body", "Club d'athlétisme de {town}"), ("sports_body", "Randonneurs de {town}"),
    ("other_association", "Chorale {name}"), ("other_association", "Les Amis de {town}"),
    ("works_council", "CSE {name} SAS"), ("administration", "Mairie de {town}"), ("company", "{name} & Fils SARL"),
    ("bafa_training", "Formation BAFA {town}"), ("care_institution", "IME {name}"),
)  # fmt: skip
PATRONS: Final = (
    "Jules-Ferry", "Saint-Exupéry", "Anne-Frank", "Jean-Moulin", "Marie-Curie", "Voix-Là", "Les Alizés", "Prévert", "Colette",
    "George-Sand", "Max-Jacob", "Les Embruns", "Simone-Veil", "Arago", "Camille-Claudel", "Rosa-Parks", "Victor-Ségalen",
)  # fmt: skip


class DemoCard(msgspec.Struct, frozen=True):
    """A card to make at a centre (its place in the list of centres)."""

    centre: int
    fields: ClientFields


def cards(weights: tuple[int, ...], *, seed: int) -> list[DemoCard]:
    """Invent about `sum(weights)` cards: one in five clients has a second or third card at another centre.

    Args:
        weights: how many cards each centre is to have, in the order of the centres.
        seed: the same seed gives the same people.
    """
    chance = random.Random(seed)
    wanted = sum(weights)
    made: list[DemoCard] = []
    number = 0
    while len(made) < wanted:
        number += 1
        fields = _body(chance, number) if chance.random() < 0.38 else _person(chance, number)
        places = chance.sample(range(len(weights)), k=chance.choices((1, 2, 3), (80, 16, 4))[0])
        first = chance.choices(range(len(weights)), weights)[0]
        for position, centre in enumerate(dict.fromkeys((first, *places))):
            if position == 0 or len(places) > 1:
                made.append(DemoCard(centre, fields if position == 0 else respelled(chance, fields)))
    return made[:wanted]


def _person(chance: random.Random, number: int) -> ClientFields:
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES).replace("_", " ")
    postal_code, town = chance.choice(TOWNS)
    plain = f"{first}.{last}{number}".replace(" ", "").replace("'", "").lower()
    ascii_part = plain.encode("ascii", "ignore").decode()
    return ClientFields(
        kind="person",
        first_name=first,
        last_name=last,
        client_type="individual",
        email=f"{ascii_part}@courriel.example",
        email_consent=chance.random() < 0.55,
        phones=[Phone(number=_mobile(number), mobile=True)],
        street=f"{chance.randint(1, 120)} {chance.choice(STREETS)}",
        postal_code=postal_code,
        town=town,
        birth_date=date(chance.randint(1946, 2004), chance.randint(1, 12), chance.randint(1, 28)),
        discovery_channel=chance.choice(("word_of_mouth", "centre_website", "network_website", "family_friends")),
    )


def _body(chance: random.Random, number: int) -> ClientFields:
    kind, form = chance.choice(BODIES)
    postal_code, town = chance.choice(TOWNS)
    name = form.format(name=chance.choice(PATRONS), town=town)
    host = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
    return ClientFields(
        kind="organisation",
        organisation=name,
        contact_name=f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES).replace('_', ' ')}",
        client_type=kind,
        social_economy=kind in {"other_association", "works_council"},
        email=f"contact{number}@{host}.example",
        email_consent=chance.random() < 0.4,
        phones=[Phone(number=_landline(number))],
        street=f"{chance.randint(1, 120)} {chance.choice(STREETS)}",
        postal_code=postal_code,
        town=town,
    )


def _mobile(number: int) -> str:
    """Return a number of the range that is kept for fiction (ARCEP: 06 39 98 xx xx)."""
    return f"06 39 98 {number // 100 % 100:02d} {number % 100:02d}"


def _landline(number: int) -> str:
    """Return a number of the range that is kept for fiction (ARCEP: 02 61 91 xx xx)."""
    return f"02 61 91 {number // 100 % 100:02d} {number % 100:02d}"


def respelled(chance: random.Random, fields: ClientFields) -> ClientFields:
    """Write the same client as another centre's desk would have."""
    changes: dict[str, object] = {}
    if fields.kind == "person":
        how = chance.randrange(4)
        if how == 0:
            changes["first_name"] = fields.first_name[0]
        elif how == 1:
            changes |= {"first_name": fields.first_name.upper(), "last_name": fields.last_name.upper()}
        elif how == 2:
            changes["email"] = ""
        else:
            changes |= {"birth_date": None, "street": ""}
        changes["phones"] = [
            Phone(number="+33 " + phone.number[1:].strip(), mobile=phone.mobile) for phone in fields.phones
        ]
    else:
        changes["organisation"] = fields.organisation.upper() if chance.random() < 0.5 else fields.organisation
        changes["contact_name"] = ""
    return msgspec.structs.replace(fields, **changes)
