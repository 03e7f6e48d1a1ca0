"""The weights learnt from the network's own cards, and mended by what stewards decided."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec
import numpy as np

from tenants.referential.matching.bulk import forget_shared
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.labelled import Labelled, Taught, mended
from tenants.referential.matching.model import Model
from tenants.referential.matching.training import train, with_prior_and_kin
from tenants.referential.review_rules import Label
from tenants.referential.whole import Cards


class Learnt(msgspec.Struct, frozen=True, kw_only=True):
    """A version of the weights, and what labels did for it."""

    model: Model
    taught: Taught


class Trainer(StrEnum):
    """What estimates m and u."""

    HALTE = "halte"
    SPLINK = "splink"


def learn(cards: Cards, *, version: str, labels: Sequence[Label] = (), trainer: Trainer = Trainer.HALTE) -> Learnt:
    """Learn a version of the weights from the network's own cards, and mend it by what stewards said of pairs of them."""
    columns = Columns(cards.features)
    forget_shared(columns)
    model = train(columns, version=version)
    if trainer is Trainer.SPLINK:
        # Only here: packages that an installation need not have.
        from tenants.referential.splink_training import learnt_by_splink

        model = with_prior_and_kin(columns, learnt_by_splink(columns, model))
    model, taught = mended(columns, model, _labelled(cards, labels))
    return Learnt(model=with_prior_and_kin(columns, model) if taught.used else model, taught=taught)


def _labelled(cards: Cards, labels: Sequence[Label]) -> Labelled:
    rows = {card_id: row for row, card_id in enumerate(cards.ids)}
    known = [label for label in labels if label.card_id in rows and label.other_card_id in rows]
    return Labelled(
        np.array([rows[label.card_id] for label in known], dtype=np.int32),
        np.array([rows[label.other_card_id] for label in known], dtype=np.int32),
        np.array([label.same for label in known], dtype=bool),
    )
