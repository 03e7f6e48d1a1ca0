"""The words of what clients made public: their profiles and reviews, each with its source."""

from typing import Final

from server.contract.clients import Profile
from server.contract.satisfaction import PublicReview
from tui.formats import numeric_day, score
from tui.lists import label
from tui.words import N_, _

NETWORKS: Final = (
    ("instagram", "Instagram"),
    ("facebook", "Facebook"),
    ("linkedin", "LinkedIn"),
    ("x", "X"),
    ("tiktok", "TikTok"),
    ("youtube", "YouTube"),
    ("mastodon", "Mastodon"),
    ("website", N_("Site web")),
    ("other", N_("Autre réseau")),
)
GIVEN: Final = (
    ("desk", N_("à l'accueil")),
    ("email", N_("par e-mail")),
    ("form", N_("questionnaire ou formulaire")),
    ("review", N_("avis signalé par le client")),
    ("import", N_("import")),
)


def profile_words(profile: Profile) -> str:
    """Return « Instagram ferry.high »."""
    return f"{label(NETWORKS, profile.network)} {profile.handle}"


def source_words(profile: Profile) -> str:
    """Return « à l'accueil, 12/03/2026, Zoé »: how it was given, when, which form or file, and who noted it."""
    day = numeric_day(profile.day) if profile.day else ""
    return ", ".join(filter(None, (label(GIVEN, profile.given), day, profile.detail, profile.by_name)))


def review_words(review: PublicReview) -> str:
    """Return « ☺ 4,5 Google, 03/05/2026, Anne M. : Bel accueil »."""
    site = review.site or _("prestataire d'avis")
    source = ", ".join(filter(None, (site, numeric_day(review.day), review.author)))
    comment = " ".join(review.comment.split())
    return f"{score(review.score_tenths)} {source}" + (f" : {comment}" if comment else "")
