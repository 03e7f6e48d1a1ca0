"""`halte centre`: provision, list, show, suspend and open centres."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import cyclopts

from billing.sale_terms.operations import publish_terms
from infra.database import network_transaction, tenant_transaction
from server.commands.desk import DONE, at_desk, centre_named, confirm, say, table
from server.commands.secrets import Chosen, choose_password, read_key, read_text
from tenants.centres.operations import change_state, provision
from tenants.centres.queries import centre, list_centres
from tenants.centres.rules import Administrator, NewCentreFields, State

app = cyclopts.App(name="halte centre", version_flags=[], help="Provision, list, show, suspend and open centres.")

Json = Annotated[bool, cyclopts.Parameter(name="--json", negative="")]
Yes = Annotated[bool, cyclopts.Parameter(name=["--yes", "-y"], negative="")]


@app.command
async def create(
    slug: str,
    *,
    name: str,
    town: str,
    email: str,
    legal_name: str = "",
    siret: str = "",
    vat_number: str = "",
    street: str = "",
    postal_code: str = "",
    country: str = "FR",
    phone: str = "",
    time_zone: str = "Europe/Paris",
    colour: str = "#1f5f8b",
    acm_number: str = "",
    stripe_account: str | None = None,
    iban: str = "",
    bic: str = "",
    embed_origin: list[str] | None = None,
    state: Literal["provisioned", "active"] = "active",
    administrator_login: str | None = None,
    administrator_name: str | None = None,
    administrator_email: str = "",
    administrator_key: Path | None = None,
    generate_password: Annotated[bool, cyclopts.Parameter(negative="")] = False,
    json: Json = False,
) -> int:
    """Make a centre with its roles and, if named, its first administrator (role « direction »).

    A second run with the same slug says so and changes nothing.

    Args:
        slug: its name in addresses: small letters, digits, hyphens. It never changes.
        name: its name on pages and in mails.
        town: where it is.
        email: where its clients write.
        legal_name: of the association or company; the name, unless said.
        siret: 14 digits.
        vat_number: empty where it charges no VAT.
        street: number and street.
        postal_code: postal code.
        country: two letters, ISO 3166.
        phone: as printed.
        time_zone: IANA name; decides what « today » is.
        colour: #rrggbb, of its pages.
        acm_number: registration for accueils collectifs de mineurs.
        stripe_account: its Stripe account (acct_…).
        iban: where transfers go, shown on the payment page.
        bic: of that account.
        embed_origin: a site that may embed the contact form (https://…); repeat for more.
        state: `provisioned` keeps its public pages closed until `halte centre activate`.
        administrator_login: who manages its users first.
        administrator_name: that person's name.
        administrator_email: that person's e-mail; the centre's, unless said.
        administrator_key: the file of that person's SSH public key.
        generate_password: give that person a password, printed once.
        json: print one JSON object.
    """
    chosen = choose_password(generate=generate_password and administrator_login is not None)
    administrator = None
    if administrator_login is not None:
        administrator = Administrator(
            login=administrator_login,
            name=administrator_name or administrator_login,
            email=administrator_email,
            password=chosen.password,
            public_key=None if administrator_key is None else read_key(administrator_key),
        )
    new = NewCentreFields(
        slug=slug,
        name=name,
        town=town,
        email=email,
        legal_name=legal_name,
        siret=siret,
        vat_number=vat_number,
        street=street,
        postal_code=postal_code,
        country=country,
        phone=phone,
        time_zone=time_zone,
        colour=colour,
        acm_number=acm_number,
        stripe_account=stripe_account,
        iban=iban.replace(" ", ""),
        bic=bic,
        embed_origins=embed_origin or [],
        state=state,
        administrator=administrator,
    )
    async with at_desk() as actor:
        made = await provision(new, actor=actor)
    if not made.created:
        chosen = Chosen()
    done = f"{slug}: made, {state}" if made.created else f"{slug}: was there already; nothing changed"
    answer = {"id": made.centre_id, "slug": slug, "created": made.created, "generated_password": chosen.shown}
    say(done + chosen.line(), answer, as_json=json)
    return DONE


@app.command(name="list")
async def list_(*, json: Json = False) -> int:
    """List every centre.

    Args:
        json: print a JSON list.
    """
    async with at_desk(), network_transaction():
        lines = await list_centres()
    rows = [(line.slug, line.name, line.town, line.state, str(line.beds)) for line in lines]
    say(table(("slug", "name", "town", "state", "beds"), rows), lines, as_json=json)
    return DONE


@app.command
async def show(slug: str, *, json: Json = False) -> int:
    """Show everything about a centre.

    Args:
        slug: which.
        json: print one JSON object.
    """
    async with at_desk():
        there = await centre_named(slug)
        async with tenant_transaction(there.id, read_only=True):
            whole = await centre(there.id)
    rows = [(field, _written(getattr(whole, field))) for field in whole.__struct_fields__]
    say(table(("field", "value"), rows), whole, as_json=json)
    return DONE


@app.command
async def suspend(slug: str, *, reason: str, yes: Yes = False, json: Json = False) -> int:
    """Suspend a centre: its staff can read and export, nothing can be sold, its pages say so.

    Args:
        slug: which.
        reason: for the history.
        yes: do not ask.
        json: print one JSON object.
    """
    confirm(f"Suspend {slug}? Nothing can be sold there until it is activated again.", yes=yes)
    return await _move(slug, "suspended", reason=reason, json=json)


@app.command
async def activate(slug: str, *, reason: str = "", json: Json = False) -> int:
    """Open a centre that is provisioned or suspended.

    Args:
        slug: which.
        reason: for the history.
        json: print one JSON object.
    """
    return await _move(slug, "active", reason=reason, json=json)


@app.command
async def terms(
    slug: str, french: Path, *, english: Path | None = None, from_day: date | None = None, json: Json = False
) -> int:
    """Publish a centre's own terms of sale: a new version, which quotes are accepted with from now on.

    Args:
        slug: which centre.
        french: a text file, in UTF-8; an empty line ends a paragraph.
        english: the same in English; those who read no French get the French text without it.
        from_day: the first day it is in force; today unless told.
        json: print one JSON object.
    """
    texts = {"fr": read_text(french), **({} if english is None else {"en": read_text(english)})}
    async with at_desk() as actor:
        there = await centre_named(slug)
        made = await publish_terms(there.id, texts, from_day=from_day, actor=actor)
    answer = {"id": made.id, "number": made.number, "published_at": made.published_at}
    say(f"{slug}: terms of sale, version {made.number}", answer, as_json=json)
    return DONE


async def _move(slug: str, state: State, *, reason: str, json: bool) -> int:
    async with at_desk() as actor:
        there = await centre_named(slug)
        after = await change_state(there.id, state, reason=reason, actor=actor)
    say(f"{slug}: {after.state}", {"id": there.id, "slug": slug, "state": after.state}, as_json=json)
    return DONE


def _written(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
