"""The sentences that the pages say, taken from their templates and modules."""

from pathlib import Path

from babel.messages.extract import extract_from_dir

from server.pages.words import BY_CODE, BY_FIELD

PAGES = Path(__file__).parents[3] / "server" / "pages"
GUEST_PAGES = (
    "layout.html",
    "contact.html",
    "contact_thanks.html",
    "contact.py",
    "contact_form.py",
    "arrival.html",
    "satisfaction.html",
    "satisfaction.py",
    "survey.html",
    "survey.py",
    "guest_fields.html",
    "tablet.html",
    "tablet_screens.html",
    "arrival.py",
)
GUEST_FIELDS = frozenset(
    [
        "surname",
        "first_names",
        "country",
        "birth_date",
        "birth_place",
        "home",
        "mobile",
        "email",
        "adult_id",
        "signature",
        "name",
        "phone",
        "arrival",
        "departure",
        "consent",
    ]
) | {"contact_email", "contact_phone", "arrival_time"}


def messages(*, guests_only: bool = False) -> dict[str, set[str]]:
    """Return each sentence and the files it stands in."""
    found: dict[str, set[str]] = {}
    methods = [("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")]
    keywords = {"_": None, "N_": None}
    options = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
    for name, _, message, _, _ in extract_from_dir(PAGES, methods, options, keywords):
        if guests_only and Path(name).name not in GUEST_PAGES:
            continue
        for one in (message,) if isinstance(message, str) else message[:1]:
            found.setdefault(one, set()).add(Path(name).name)
    if guests_only:
        for sentence in [sentence for (field, _), sentence in BY_FIELD.items() if field in GUEST_FIELDS] + list(
            BY_CODE.values()
        ):
            found.setdefault(sentence, set()).add("words.py")
    return found
