"""A person's data in one archive: `data.json` for machines, `lisez-moi.html` for the person."""

import html
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec

from infra.actor import Actor
from infra.audit import audit
from infra.clock import now
from infra.database import network_transaction, tenant_transaction
from tenants.centres.queries import centre as centre_of
from tenants.retention.code_words import CodeWords, code_words
from tenants.retention.holdings import Holding, holdings
from tenants.retention.reading_page import table_of

_TITLES: Final[Mapping[str, str]] = {
    "clients": "Votre fiche", "client_phones": "Téléphones", "client_contacts": "Contacts", "client_actions": "Suivi",
    "client_marketing_codes": "Codes marketing", "client_blacklistings": "Liste des clients exclus", "stays": "Séjours",
    "enquiries": "Demandes", "enquiry_messages": "Messages", "dossiers": "Dossiers", "dossier_lines": "Prestations",
    "quotes": "Devis", "payments": "Paiements", "guests": "Personnes venues", "mails": "Courriels",
    "text_messages": "SMS", "satisfaction_answers": "Vos avis", "client_profiles": "Profils publics", "public_reviews": "Avis publics", "arrival_surveys": "Questionnaires d'arrivée",
    "segment_snapshot_clients": "Listes où vous figurez", "won_emails": "Adresses que vous avez données",
    "client_blacklisting_stays": "Séjours à décider", "guest_links": "Liens d'arrivée",
    "audit_entries": "Qui a fait quoi sur votre fiche", "client_defaults": "Conditions", "client_rates": "Tarifs",
}  # fmt: skip
_HEAD: Final = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Vos données</title>
<style>body{font:1em/1.5 sans-serif;max-width:60em;margin:2em auto}
th{text-align:left;padding-right:1em;vertical-align:top}table{margin:0 0 1em;border-top:1px solid #999}</style>"""
_WHEN = (1980, 1, 1, 0, 0, 0)


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What one centre holds."""

    centre: str
    time_zone: str
    holdings: list[Holding]


async def person_archive(centre_id: UUID, client_id: UUID, *, actor: Actor) -> bytes:
    """Return all that a centre holds of a client, as a ZIP; that it was handed out is in the trail.

    Raises:
        RightMissing: the actor lacks `client.export`.
        ClientUnknown: the centre has no such card.
    """
    actor.require("client.export")
    return await archive([await handed(centre_id, client_id, actor=actor)])


async def handed(centre_id: UUID, client_id: UUID, *, actor: Actor) -> Handed:
    """Return what a centre holds of a client, and write into its trail that it was handed out."""
    async with tenant_transaction(centre_id):
        place = await centre_of(centre_id)
        found = Handed(centre=place.name, time_zone=place.time_zone, holdings=await holdings(centre_id, client_id))
        counts: dict[str, object] = {each.table: len(each.rows) for each in found.holdings}
        await audit("client", client_id, "hand_out", actor=actor, after=counts)
    return found


async def archive(parts: Sequence[Handed]) -> bytes:
    """Pack what the centres hold; the same holdings give the same bytes but for the date of the page."""
    async with network_transaction():
        words = await code_words()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("data.json", _WHEN), msgspec.json.format(msgspec.json.encode(parts), indent=2))
        file.writestr(zipfile.ZipInfo("lisez-moi.html", _WHEN), _page(parts, words))
    return packed.getvalue()


def _page(handed: Sequence[Handed], words: CodeWords) -> str:
    said = f"Ce que les centres ci-dessous gardent de vous, le {now():%d/%m/%Y}."
    parts = [_HEAD, f"<h1>Vos données</h1><p>{said} Le fichier data.json dit la même chose pour une machine.</p>"]
    for each in handed:
        parts.append(f"<h2>{html.escape(each.centre)}</h2>")
        for holding in each.holdings:
            parts.append(f"<h3>{html.escape(_TITLES.get(holding.table, holding.table))}</h3>")
            parts += [table_of(row, time_zone=each.time_zone, words=words) for row in holding.rows]
    return "".join(parts)
