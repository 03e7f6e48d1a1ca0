"""What earlier versions wrote as a French sentence is read back as the reasons it told."""

import os
from importlib import import_module

import asyncpg
import pytest

from billing.catalogue.reasons import Code, Reason, Reasons, as_read
from billing.money import Money, written

MIGRATION = import_module("billing.migrations.billing_2026_11_22t12_10_00_000000_line_reasons")
RATE = Reason(code=Code.CATALOGUE_RATE, price=Money(123_450), unit="person_night")
RATE_SAID = f"tarif du catalogue, {written(Money(123_450))} par personne et par nuit"
OWN = Reason(code=Code.CLIENT_RATE, name="prime, l'an 2", price=Money(3_990), unit="hour")
OWN_SAID = f"tarif du client « prime, l'an 2 », {written(Money(3_990))} de l'heure : il passe avant tous les autres"
NIGHTLY = f"{written(Money(88))} par personne et par nuit"

SENTENCES: list[tuple[str, Reasons]] = [
    (RATE_SAID, (RATE,)),
    (OWN_SAID, (OWN,)),
    (f"{RATE_SAID}, remise du client 5,5 %", (RATE, Reason(code=Code.CLIENT_DISCOUNT, number=550))),
    (
        f"{RATE_SAID}, remise fixée par Le Goff, Maud, 20 %, 1 gratuit pour 12",
        (
            RATE,
            Reason(code=Code.TYPED_DISCOUNT, name="Le Goff, Maud", number=2_000),
            Reason(code=Code.FREE_PLACES, number=12),
        ),
    ),
    ("prix libre, fixé par Maud", (Reason(code=Code.FREE_PRICE, name="Maud"),)),
    (
        f"prix fixé par Tom (prix fixé par Ana ({OWN_SAID}))",
        (Reason(code=Code.TYPED_PRICE, name="Tom"), Reason(code=Code.TYPED_PRICE, name="Ana"), OWN),
    ),
    (
        f"auberge collective : {NIGHTLY}; 10 nuitées exonérées (mineurs); 2 nuitées exonérées (hébergement d'urgence)",
        (
            Reason(code=Code.TOURIST_TAX, name="auberge collective", price=Money(88)),
            Reason(code=Code.TAX_EXEMPT, name="minor", number=10),
            Reason(code=Code.TAX_EXEMPT, name="emergency_housing", number=2),
        ),
    ),
    (
        f"hôtel : {NIGHTLY}",
        (Reason(code=Code.TOURIST_TAX, name="hôtel", price=Money(88)),),
    ),
    (f"sur {written(Money(2_400))}", (Reason(code=Code.ADDITIONAL_TAX, price=Money(2_400)),)),
    ("comme convenu au téléphone", (Reason(code=Code.WRITTEN, name="comme convenu au téléphone"),)),
]


@pytest.mark.usefixtures("pools")
async def test_every_sentence_of_an_earlier_version_is_read_back() -> None:
    connection = await asyncpg.connect(os.environ["DATABASE_OWNER_URL"])
    try:
        await connection.execute(MIGRATION.READ)
        told = [await connection.fetchval("SELECT pg_temp.reasons_of($1)", said) for said, _ in SENTENCES]
    finally:
        await connection.close()
    assert list(map(as_read, told)) == [reasons for _, reasons in SENTENCES]
