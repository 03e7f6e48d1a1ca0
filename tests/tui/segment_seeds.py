"""Segments that the desk server of the terminal's tests answers with."""

import msgspec

from server.contract.segments import (
    AskedCriterion,
    EitherCriterion,
    EveryCriterion,
    NoCriterion,
    SegmentCard,
    SegmentClient,
    SegmentCount,
    SegmentCriterion,
    SegmentLine,
    SegmentQuestion,
    SegmentSnapshot,
)
from tests.tui import seeds

SCHOOLS, OTHERS = seeds.uuid(91, 1), seeds.uuid(91, 2)
CRITERIA = [
    SegmentCriterion(code="nights", label="Nuits en tout", kind="number", group="stays", unit="nights"),
    SegmentCriterion(code="last_arrival", label="Dernière arrivée", kind="days", group="stays"),
    SegmentCriterion(code="season", label="Saison d'arrivée", kind="codes", group="stays", choices=["winter", "summer"]),
    SegmentCriterion(code="purpose", label="Motif du séjour", kind="codes", group="stays", list_name="stay_purpose"),
    SegmentCriterion(code="client_type", label="Type de client", kind="codes", group="card", list_name="client_type"),
    SegmentCriterion(code="town", label="Commune", kind="text", group="card"),
    SegmentCriterion(code="department", label="Département", kind="codes", group="card"),
    SegmentCriterion(code="email_consent", label="Accepte les campagnes par mail", kind="yes_no", group="card"),
    SegmentCriterion(code="lowest_score", label="Note la plus basse (dixièmes de 5)", kind="number", group="conduct", unit="tenths"),
    SegmentCriterion(code="spent", label="Montant des ventes comptabilisées (centimes)", kind="number", group="money", unit="minor"),
]  # fmt: skip
SCHOOL = AskedCriterion(criterion="client_type", codes=["school", "gone"])
EXPRESSION = EveryCriterion(
    of=[
        SCHOOL,
        EitherCriterion(
            of=[
                AskedCriterion(criterion="season", codes=["summer"]),
                AskedCriterion(criterion="nights", at_least=3),
                AskedCriterion(criterion="spent", at_least=150_000, at_most=900_000),
            ]
        ),
        NoCriterion(of=AskedCriterion(criterion="email_consent", yes=False)),
    ]
)
CARD = SegmentCard(
    id=SCHOOLS,
    name="Écoles de l'été",
    shared=False,
    own=True,
    by="M. Le Goff",
    expression=EXPRESSION,
    clients=2,
    snapshots=[
        SegmentSnapshot(id=seeds.uuid(92, 1), taken_at=seeds.at(20, 9).isoformat(), taken_by="M. Le Goff", clients=3, clients_left=2)
    ],
    version=4,
)  # fmt: skip
LINES = [
    SegmentLine(id=SCHOOLS, name="Écoles de l'été", shared=False, own=True, by="M. Le Goff", changed_at=seeds.at(20, 9).isoformat(), version=4),
    SegmentLine(id=OTHERS, name="Voisins", shared=True, own=False, by="A. Kermarrec", changed_at=seeds.at(18, 9).isoformat(), version=1),
]  # fmt: skip
CLIENTS = [
    SegmentClient(id=seeds.FERRY, name="Collège Jules Ferry", reference="7Q2", town="Pont-Aven"),
    SegmentClient(id=seeds.MARCHETTI, name="Tiziano Marchetti", reference="8B4", town="Torino"),
]


def counted(body: bytes) -> SegmentCount:
    """Count fewer the more is asked."""
    question = msgspec.json.decode(body, type=SegmentQuestion)
    return SegmentCount(clients=240 // msgspec.json.encode(question).count(b'"criterion"'))
