"""Lists that are ours, not the network's: each code means something to a rule, so nobody adds or withdraws one.

Their codes stand with the rules that check them; here they get the words that a screen offers.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from tenants.clients.blacklisting import Reason
from tenants.code_lists.rules import Value
from tenants.rooms.rules import WITHDRAWAL_REASONS
from tenants.stays.statuses import CANCELLATION_REASONS

_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "blacklisting_reason": {
        "unpaid": "Impayé",
        "damage": "Dégradations",
        "nuisance": "Nuisances",
        "violence": "Violences",
        "fraud": "Fraude",
    },
    "cancellation_reason": {
        "client": "À la demande du client",
        "no_answer": "Sans réponse du client",
        "not_paid": "Acompte non versé",
        "price": "Prix",
        "dates": "Dates",
        "illness": "Maladie",
        "weather": "Intempéries",
        "centre": "À l'initiative du centre",
        "mistake": "Saisie par erreur",
        "other": "Autre",
    },
    "withdrawal_reason": {
        "works": "Travaux",
        "cleaning": "Ménage",
        "staff": "Logement du personnel",
        "other": "Autre",
    },
}

CLOSED: Final[Mapping[str, Iterable[str]]] = {
    "blacklisting_reason": tuple(Reason),
    "cancellation_reason": CANCELLATION_REASONS,
    "withdrawal_reason": tuple(WITHDRAWAL_REASONS),
}
"""List → its codes, in the order they are offered."""


def closed_values() -> list[Value]:
    """Return the closed lists as the network's are returned: by list, in the order they are shown."""
    return [
        Value(list=name, category="", code=str(code), label=_LABELS[name][code], position=position, detail="")
        for name, codes in CLOSED.items()
        for position, code in enumerate(codes)
    ]
