"""How the addresses of two cards compare."""

import re
from typing import Final

import numpy as np
from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import cpdist

from tenants.referential.cleaning.text import fold
from tenants.referential.matching.columns import Columns
from tenants.referential.matching.field_pairs import FieldPairs, Flags, Levels, Rows, may_be_slips, workers
from tenants.referential.matching.levels import UNKNOWN, Email


def compare_emails(columns: Columns, one: Rows, other: Rows) -> Levels:
    """Return the levels of addresses: the whole, or what stands before the @."""
    addresses = FieldPairs(columns, "email", one, other)
    levels = np.where(addresses.known, np.uint8(Email.OTHER), np.uint8(UNKNOWN))
    levels[(columns["relay"][one] != 0) & (columns["relay"][one] == columns["relay"][other])] = Email.SAME_RELAY
    mailboxes = Mailboxes(columns, addresses, one, other)
    levels[mailboxes.slip] = Email.SLIP
    levels[mailboxes.same] = Email.SAME_MAILBOX
    alike = np.flatnonzero(mailboxes.slip | mailboxes.same)
    levels[alike[_made_of_names(columns, one[alike]) | _made_of_names(columns, other[alike])]] = UNKNOWN
    levels[addresses.same] = Email.SAME
    return levels


def _made_of_names(columns: Columns, rows: Rows) -> Flags:
    """Say whose mailbox is made of the card's own names: at another provider a namesake has the same, and it says nothing."""
    emails, firsts, lasts = columns.texts("email"), columns.texts("first"), columns.texts("last")
    found = [
        is_made_of(emails[email].partition("@")[0], firsts[first], lasts[last])
        for email, first, last in zip(
            columns["email"][rows].tolist(),
            columns["first"][rows].tolist(),
            columns["last"][rows].tolist(),
            strict=True,
        )
    ]
    return np.array(found, dtype=bool)


def is_made_of(mailbox: str, first: str, last: str) -> bool:
    """Say whether a mailbox is made of these names: the surname, and nothing else than the given name or an initial."""
    letters, surname = (_NOT_LETTERS.sub("", fold(text)) for text in (mailbox, last))
    if not surname or surname not in letters:
        return False
    rest = letters.replace(surname, "", 1)
    return len(rest) <= 1 or rest == _NOT_LETTERS.sub("", first)


_NOT_LETTERS: Final = re.compile(r"[^a-z0-9]")


class Mailboxes:
    """What stands before the @, of both sides."""

    def __init__(self, columns: Columns, addresses: FieldPairs, one: Rows, other: Rows) -> None:
        """Compare them where the whole differs; short ones are nobody's in particular."""
        boxes, spelling = columns.mailboxes(), columns.spelling("mailbox")
        self.same: Flags = np.zeros(len(addresses.one), dtype=bool)
        self.slip: Flags = np.zeros(len(addresses.one), dtype=bool)
        # contact@ is every organisation's: its domain says whose it is.
        people = (columns["organisation"][one] == 0) | (columns["organisation"][other] == 0)
        rows = np.flatnonzero(addresses.known & ~addresses.same & people)
        mine, theirs = addresses.one[rows], addresses.other[rows]
        shorter = np.minimum(spelling.lengths[mine], spelling.lengths[theirs])
        near = np.flatnonzero((shorter > 4) & may_be_slips(spelling, mine, theirs, most=1))
        same = np.asarray(boxes[mine[near]] == boxes[theirs[near]], dtype=bool)
        self.same[rows[near[same]]] = True
        near = near[~same & (shorter[near] > 6)]
        if len(near):
            here, there = boxes[mine[near]], boxes[theirs[near]]
            slips = cpdist(
                here,
                there,
                scorer=DamerauLevenshtein.distance,
                score_cutoff=1,
                dtype=np.uint8,
                workers=workers(len(near)),
            )
            # jean.petit1 and jean.petit2 are two people: a digit at the end is no slip.
            for place in np.flatnonzero(slips <= 1).tolist():
                self.slip[rows[near[place]]] = not (here[place][-1:].isdigit() or there[place][-1:].isdigit())
