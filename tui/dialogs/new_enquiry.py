"""Note a demande taken by phone, at the desk or at a fair."""

from datetime import date

from server.contract.enquiries import Enquiry, NewEnquiry
from server.contract.stays import HeadCounts
from tui.dialogs.ask import Ask
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.words import N_, _

BANDS = (
    ("children", N_("Enfants (moins de 12 ans)")),
    ("teenagers", N_("Adolescents (12 - 17 ans)")),
    ("young", N_("Jeunes (18 - 30 ans)")),
    ("adults", N_("Adultes (31 - 60 ans)")),
    ("seniors", N_("Seniors (60 ans et +)")),
)


def read_counts(answers: Answers) -> HeadCounts:
    """Read the bands; an empty one is unknown, not zero."""
    bands = {name: int(answers[name]) if answers.get(name) else None for name, _label in BANDS}
    return HeadCounts(**bands)


def day_or_none(text: str) -> date | None:
    """Read an ISO day, or nothing."""
    return date.fromisoformat(text) if text else None


def band_fields(section: str = "") -> list[Field]:
    """One field per age band."""
    return [Field(name, _(label), "count", section=section) for name, label in BANDS]


def ask_enquiry(session: Session) -> Ask[Enquiry]:
    """Make the dialog."""
    fields = [
        Field("name", _("Nom"), required=True),
        Field("organisation", _("Organisme")),
        Field("phone", _("Téléphone")),
        Field("email", _("Courriel")),
        Field("arrival", _("Arrivée"), "day"),
        Field("departure", _("Départ"), "day", after="arrival"),
        *band_fields(),
        Field("origin", _("Reçue par"), "choice", choices=lambda _answers: origins(), required=True),
        Field("kind", _("Genre de séjour")),
        Field("message", _("Demande"), "long"),
    ]

    async def send(answers: Answers) -> Enquiry:
        new = NewEnquiry(
            name=answers["name"],
            organisation=answers["organisation"],
            phone=answers["phone"],
            email=answers["email"],
            arrival=day_or_none(answers["arrival"]),
            departure=day_or_none(answers["departure"]),
            counts=read_counts(answers),
            kind=answers["kind"],
            message=answers["message"],
            origin=answers["origin"],
        )
        return await session.client.add_enquiry(new)

    return Ask(_("Nouvelle demande"), fields, send, today=session.today, values={"origin": "phone"})


def origins() -> list[tuple[str, str]]:
    """How a demande came."""
    return [
        ("phone", _("téléphone")),
        ("desk", _("comptoir")),
        ("fair", _("salon")),
        ("form", _("formulaire du site")),
        ("api", _("partenaire")),
        ("mail", _("courriel")),
    ]
