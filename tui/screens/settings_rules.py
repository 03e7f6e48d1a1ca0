"""The rules a centre sets beside its particulars: what cancelling costs, how it asks what its clients thought."""

from collections.abc import Sequence

from server.contract.dates import CancellationScale, CancellationStep
from server.contract.satisfaction import SatisfactionChange, SatisfactionSettings
from tui.dialogs.ask import Ask
from tui.session import Session
from tui.widgets.form import Answers, Field
from tui.widgets.rows import Cell, Row
from tui.words import _, ngettext

SCALE = "cancellation_scale"
REVIEWS = ("survey_on", "low_tenths", "provider_url", "has_key", "webhook_url")
STEPS = 5
"""How many steps the dialog asks: more than any scale in use has."""


def rule_rows(scale: CancellationScale, asked: SatisfactionSettings) -> list[Row]:
    """Draw them as the settings' last rows."""
    said = {
        "survey_on": (_("Notre questionnaire"), _("envoyé le lendemain du départ") if asked.survey_on else _("non")),
        "low_tenths": (_("Note basse"), _("{note} sur 5 et moins : une tâche").format(note=_note(asked.low_tenths))),
        "provider_url": (_("Prestataire d'avis"), asked.provider_url or "–"),
        "has_key": (_("Sa clé"), _("gardée, jamais montrée") if asked.has_key else "–"),
        "webhook_url": (_("Où il envoie ses avis"), asked.webhook_url if asked.has_key else _("d'abord sa clé")),
    }  # fmt: skip
    return [
        Row("cancelling", (_("Annulation"),), heading=True),
        Row(SCALE, (Cell(_("Ce qu'elle coûte"), "muted"), scale_words(scale.steps))),
        Row("reviews", (_("Avis"),), heading=True),
        *(Row(name, (Cell(said[name][0], "muted"), said[name][1])) for name in REVIEWS),
    ]


def scale_words(steps: Sequence[CancellationStep]) -> str:
    """Return « 60 jours avant : 30 % · 7 jours avant : 100 % »; nothing costs nothing."""
    parts = [
        ngettext("{n} jour avant : {share} %", "{n} jours avant : {share} %", step.days_before).format(
            n=step.days_before, share=f"{step.share_basis_points / 100:g}".replace(".", ",")
        )
        for step in steps
    ]
    return " · ".join(parts) or _("rien, à tout moment")


def ask_scale(session: Session, scale: CancellationScale) -> Ask[bool]:
    """Ask what cancelling costs, from so many days before the arrival on."""

    async def send(answers: Answers) -> bool:
        steps = [
            CancellationStep(days_before=int(answers[f"days{n}"]), share_basis_points=int(answers[f"share{n}"] or 0))
            for n in range(STEPS)
            if answers[f"days{n}"]
        ]
        steps.sort(key=lambda step: -step.days_before)
        await session.client.set_cancellation_scale(CancellationScale(steps=steps))
        return True

    fields: list[Field] = []
    values: dict[str, str] = {}
    for n in range(STEPS):
        fields.append(Field(f"days{n}", _("À partir de (jours avant)"), "count", hint=_("vide : pas de palier")))
        fields.append(Field(f"share{n}", _("  part du total"), "percent"))
        if n < len(scale.steps):
            values |= {f"days{n}": str(scale.steps[n].days_before), f"share{n}": str(scale.steps[n].share_basis_points)}
    pointers = {f"steps/{n}": f"days{n}" for n in range(STEPS)}
    intro = _(
        "Avant le premier palier, annuler ne coûte rien. Les frais sont proposés à qui annule, jamais pris seuls."
    )
    return Ask(
        _("Ce que coûte une annulation"),
        fields,
        send,
        today=session.today,
        values=values,
        intro=intro,
        pointers=pointers,
    )


def ask_reviews(session: Session, asked: SatisfactionSettings) -> Ask[bool]:
    """Ask how the centre learns what its clients thought: its own page, an outside provider, or both."""

    async def send(answers: Answers) -> bool:
        forgotten = answers.get("forget") == "yes"
        change = SatisfactionChange(
            survey_on=answers["survey_on"] == "yes",
            low_tenths=int(answers["low"] or 0) // 10,
            provider_url=answers["provider_url"],
            provider_key="" if forgotten else answers["provider_key"] or None,
        )
        await session.client.set_satisfaction(change, version=asked.version)
        return True

    fields = [
        Field("survey_on", _("Notre questionnaire"), "flag", hint=_("le lendemain du départ")),
        Field("low", _("Une note basse, sur 5"), "money", hint=_("à ce niveau ou dessous : une tâche")),
        Field("provider_url", _("Prestataire d'avis"), hint="https://…"),
        Field("provider_key", _("Sa clé"), "secret", hint=_("vide : celle d'avant")),
    ]
    if asked.has_key:
        fields.append(Field("forget", _("Oublier la clé"), "flag"))
    values = {
        "survey_on": "yes" if asked.survey_on else "no",
        "low": str(asked.low_tenths * 10),
        "provider_url": asked.provider_url,
        "forget": "no",
    }
    intro = _("Le prestataire est interrogé chaque nuit, ou envoie lui-même, signé de cette clé, à {url}").format(
        url=asked.webhook_url
    )
    pointers = {"low_tenths": "low"}
    return Ask(_("Avis des clients"), fields, send, today=session.today, values=values, intro=intro, pointers=pointers)


def _note(tenths: int) -> str:
    return f"{tenths / 10:g}".replace(".", ",")
