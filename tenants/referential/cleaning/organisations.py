"""Organisations: their names without legal forms, in whatever order they were written."""

from functools import lru_cache
from typing import Final

from tenants.referential.cleaning.text import mend, words

_FORMS = """sarl sas sasu sa eurl sci scop scic snc gie asbl bvba nv gmbh ag ltd limited inc srl spa sl ev association
    asso assoc ass societe ste ets etablissements etablissement cie compagnie loi 1901 groupe de du la le les l d des et the"""
_LEGAL_FORMS: Final = frozenset(_FORMS.split())
_SPELT_OUT: Final = {
    "st": "saint", "ste": "sainte", "coll": "college", "clg": "college", "lyc": "lycee", "univ": "universite",
    "ec": "ecole", "elem": "elementaire", "prim": "primaire", "fed": "federation", "cc": "communaute communes",
}  # fmt: skip
_KINDS = """mairie ecole college lycee universite commune ville club comite federation ligue office tourisme agence voyages
    primaire elementaire maternelle publique privee centre maison jeunes culture paroisse chorale transports services
    conseil conseils associes fils freres"""
GENERIC_WORDS: Final = frozenset(_KINDS.split())
"""Words that say what an organisation is, never which: « école primaire » alone is nobody in particular."""


@lru_cache(maxsize=20_000)
def read_organisation(written: str) -> str:
    """Return the name to compare: folded words in alphabetical order, legal forms and articles left out.

    « Mairie de Brest », « BREST (Mairie) » and « mairie BREST » are one; « Le Goff SARL » keeps its name.
    """
    parts = words(mend(written))
    kept = [_SPELT_OUT.get(part, part) for part in parts if part not in _LEGAL_FORMS]
    return " ".join(sorted(dict.fromkeys(kept or parts)))


def is_generic(name: str) -> bool:
    """Say whether a name (as `read_organisation` gives it) names a kind of place and no place."""
    return all(word in GENERIC_WORDS or len(word) < 3 for word in name.split())


def acronym(written: str) -> str:
    """Return the initials of a name of three words and more, for « Maison des jeunes et de la culture » and « MJC »."""
    kept = [word for word in words(mend(written)) if word not in _LEGAL_FORMS]
    return "".join(word[0] for word in kept) if len(kept) >= 3 else ""


def is_named_as_one(written: str) -> bool:
    """Say whether a name is an organisation's by its words: « Tourisme Bouzid », « Faure SARL »; « Groupe » alone too."""
    parts = words(mend(written))
    return len(parts) > 1 and any(part in GENERIC_WORDS or part in _UNMISTAKABLE for part in parts)


_UNMISTAKABLE_WORDS = (
    "sarl sas sasu eurl scop asbl gmbh ltd association ets etablissements groupe hotel voyages entreprise"
)
_UNMISTAKABLE: Final = frozenset(_UNMISTAKABLE_WORDS.split())
