"""The leader's page: who comes with the group, who sleeps where, what they eat; without a password, without a script."""

from typing import Final
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from infra.actor import ActorKind
from infra.database import tenant_transaction
from infra.errors import Conflict, DomainError, FieldError, Invalid, StaleVersion
from infra.idempotency import KeyInFlight, OutcomeUnknown
from infra.ids import new_id
from server.dependencies import HttpRequest
from server.pages.group_words import DIETS, IMPORT_ERRORS, ROLES, SEXES, choices, said
from server.pages.languages import DESK
from server.pages.link_cookies import exchanged, token_of
from server.pages.link_pages import LinkPage
from server.pages.once import KeptAnswer, taken_once
from server.pages.rendering import page, say
from server.pages.visits import remember
from server.pages.words import N_
from tenants.centres.queries import centre
from tenants.rooming import operations, queries
from tenants.rooming.link import list_by_link, read_link
from tenants.rooming.rules import Entry, EntryFields, ListSubmitted, lacks
from tenants.rooming.sheets import Imported, import_entries, read_sheet
from tenants.stays.statuses import StayStatusRefuses
from tenants.stays.writing import card_language

LIST: Final = LinkPage(
    area="l",
    form="rooming list",
    reads=read_link,
    offered=DESK,
    sender="responsable du groupe",
    kind=ActorKind.CLIENT,
)
SAID: Final = {
    "saved": N_("C'est noté."),
    "removed": N_("Cette personne n'est plus sur la liste."),
    "submitted": N_("Merci ! La liste est envoyée, nous préparons les chambres."),
}
STALE: Final = N_("Quelqu'un a modifié cette personne entre-temps : vérifiez, puis enregistrez de nouveau.")
CONFLICTS: Final = {
    "rooming_room_full": N_("Il n'y a plus de lit pour le groupe dans cette chambre."),
    "rooming_list_submitted": N_("La liste est déjà envoyée. Pour la changer, écrivez-nous ou appelez-nous."),
    "rooming_list_full": N_("La liste est trop longue : retirez d'abord des personnes."),
    "file_unreadable": N_("Ce fichier n'est pas un tableau : envoyez un fichier CSV ou XLSX."),
    "rooming_list_incomplete": N_("Il manque encore quelque chose :"),
}


class RoomingController(Controller):
    """Who holds the link fills in this one list, and sees nothing else of the centre."""

    path = "/l"
    opt = {"public": True}
    include_in_schema = False

    @get("/{token:str}")
    async def enter(self, request: HttpRequest, token: FromPath[str]) -> Response[str]:
        """Exchange the link for a cookie; opening it is noted."""
        LIST.language(request)
        await list_by_link(token, opening=True)
        return exchanged(request, LIST.area, token)

    @get("/o/{short:str}")
    async def rooming_list(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Show the list, and a form for one person: somebody new, or who was chosen."""
        return await shown(request, short, notice=SAID.get(request.query_params.get("said", ""), ""))

    @post("/o/{short:str}/people", status_code=200)
    async def save(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Write a person down, once however often the button is pressed, or correct one."""
        link, form, actor = await LIST.sent(request, short)
        fields, errors = read_entry(form)
        entry_id = _uuid(form.get("entry_id", ""))
        version = int(form["version"]) if form.get("version", "").isdigit() else None

        async def act() -> KeptAnswer:
            if errors:
                raise Invalid(errors=tuple(errors))
            await operations.save_entry(
                link.centre_id, link.subject_id, fields, entry_id=entry_id, version=version, actor=actor
            )
            return KeptAnswer(200, [], b"")

        try:
            await taken_once(short, form.get("once", ""), repr(sorted(form.items())).encode(), act)
        except (KeyInFlight, OutcomeUnknown):
            return LIST.led_on(request, short, "saved")
        except (Invalid, Conflict) as error:
            if isinstance(error, StayStatusRefuses):
                raise
            return await shown(request, short, values=form, refusal=error)
        return LIST.led_on(request, short, "saved")

    @post("/o/{short:str}/removal", status_code=200)
    async def remove(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Take a person off the list; who is off already is off."""
        link, form, actor = await LIST.sent(request, short)
        entry_id = _uuid(form.get("entry_id", ""))
        if entry_id is not None:
            try:
                await operations.remove_entry(link.centre_id, link.subject_id, entry_id, actor=actor)
            except (queries.EntryUnknown, ListSubmitted):
                return LIST.led_on(request, short, "")
        return LIST.led_on(request, short, "removed")

    @post("/o/{short:str}/file", status_code=200)
    async def take_file(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Take a CSV or XLSX file's people, and say row by row what could not be read."""
        link, _, actor = await LIST.sent(request, short)
        upload = (await request.form()).get("file")
        if not isinstance(upload, UploadFile) or not upload.filename:
            missing = Invalid(errors=(FieldError("/file", "required", ""),))
            return await shown(request, short, refusal=missing)
        try:
            source = read_sheet(await upload.read(), upload.filename)
            imported = await import_entries(link.centre_id, link.subject_id, source, actor=actor)
        except (Invalid, Conflict) as error:
            if isinstance(error, StayStatusRefuses):
                raise
            return await shown(request, short, refusal=error)
        return await shown(request, short, imported=imported)

    @post("/o/{short:str}/submission", status_code=200)
    async def submit(self, request: HttpRequest, short: FromPath[str]) -> Response[str]:
        """Send the list off, or say what it lacks."""
        link, _, actor = await LIST.sent(request, short)
        try:
            await operations.submit_list(link.centre_id, link.subject_id, actor=actor)
        except Invalid as error:
            return await shown(request, short, refusal=error, sending=True)
        return LIST.led_on(request, short, "submitted")


def read_entry(form: dict[str, str]) -> tuple[EntryFields, list[FieldError]]:
    """Read a person's form."""
    errors = []
    age = form.get("age", "").strip()
    if age and not age.isdigit():
        errors.append(FieldError("/age", "unreadable", ""))
    fields = EntryFields(
        last_name=form.get("last_name", ""),
        first_name=form.get("first_name", ""),
        role=form.get("role", "participant"),
        sex=form.get("sex", ""),
        age=int(age) if age.isdigit() and len(age) < 5 else None,
        responsible=bool(form.get("responsible")),
        phone=form.get("phone", ""),
        room_id=_uuid(form.get("room_id", "")),
        diet=form.get("diet", "standard"),
        allergies=form.get("allergies", ""),
        access_needs=form.get("access_needs", ""),
        notes=form.get("notes", ""),
    )
    return fields, errors


async def shown(
    request: HttpRequest,
    short: str,
    *,
    values: dict[str, str] | None = None,
    refusal: DomainError | None = None,
    imported: Imported | None = None,
    sending: bool = False,
    notice: str = "",
) -> Response[str]:
    """Draw the list as it stands; what was typed and refused stays in the form."""
    link = LIST.link(request, short)
    found = await list_by_link(token_of(request, short))
    async with tenant_transaction(link.centre_id, read_only=True):
        here = await centre(link.centre_id)
        remember(request, here)
        preferred = await card_language(link.centre_id, found.stay)
    language = LIST.language(request, preferred)
    chosen = _chosen(request, found.entries) if values is None else None
    errors = _missing(refusal, found.entries, language) if sending and refusal is not None else None
    return page(
        "rooming.html",
        **LIST.frame(request, short, here, language=language, refusal=refusal, errors=errors, notice=notice),
        once=str(new_id()),
        found=found,
        state=found.completeness,
        rows=[_row(entry, language) for entry in found.entries],
        rooms=_rooms(found),
        diets=choices(DIETS, language),
        roles=choices(ROLES, language),
        sexes=choices(SEXES, language),
        address={name: LIST.path(request, short, f"/{name}") for name in ("people", "removal", "file", "submission")},
        page_address=LIST.path(request, short),
        values=values if values is not None else _values(chosen),
        editing=bool(chosen or (values or {}).get("entry_id")),
        trouble=_trouble(refusal, language),
        imported=imported,
        import_errors=[
            (error.row, error.value, said(IMPORT_ERRORS, error.code, language))
            for error in (imported.errors if imported else ())
        ],
    )


def _trouble(refusal: DomainError | None, language: str) -> str:
    if refusal is None:
        return ""
    if isinstance(refusal, StaleVersion):
        return say(language, STALE)
    return say(language, CONFLICTS[refusal.code]) if refusal.code in CONFLICTS else ""


def _missing(refusal: DomainError, entries: tuple[Entry, ...], language: str) -> dict[str, str]:
    """Return what the list lacks, each row by its person's name or number."""
    missing: dict[str, str] = {}
    for error in refusal.errors:
        parts = error.pointer.split("/")
        if len(parts) == 4:
            place = int(parts[2])
            entry = entries[place - 1]
            words = say(language, _LACKS.get(parts[3], N_("à compléter")))
            missing.setdefault(f"person-{entry.id}", f"{entry.name or place} : {words}")
        elif parts[1] == "responsible":
            missing["responsible"] = say(language, N_("Cochez au moins une personne responsable du groupe."))
        else:
            missing["last_name"] = say(language, N_("Personne n'est encore sur la liste."))
    return missing


_LACKS: Final = {
    "last_name": N_("le nom manque"),
    "first_name": N_("le prénom manque"),
    "phone": N_("le téléphone de la personne responsable manque"),
    "allergies": N_("précisez le régime dans les allergies ou les remarques"),
}


class _Row(msgspec.Struct, frozen=True):
    """A person as the list shows them."""

    id: UUID
    name: str
    room: str
    role: str
    responsible: bool
    needs: str
    lacks: str


def _row(entry: Entry, language: str) -> _Row:
    fields = entry.fields
    needs = [said(DIETS, fields.diet, language)] if fields.diet != "standard" else []
    needs += [text for text in (fields.allergies, fields.access_needs) if text]
    missing = [say(language, _LACKS[name]) for name in lacks(fields) if name in _LACKS]
    return _Row(
        entry.id,
        entry.name,
        entry.room if fields.room_id else "",
        said(ROLES, fields.role, language),
        fields.responsible,
        " · ".join(needs),
        ", ".join(missing),
    )


def _rooms(found: queries.RoomingList) -> list[tuple[UUID, str, int, int]]:
    """Return the group's rooms with their beds and how many are left in each."""
    return [
        (room.id, room.name, room.beds, room.beds - sum(entry.fields.room_id == room.id for entry in found.entries))
        for room in found.rooms
    ]


def _chosen(request: HttpRequest, entries: tuple[Entry, ...]) -> Entry | None:
    wanted = request.query_params.get("person", "")
    return next((entry for entry in entries if str(entry.id) == wanted), None)


def _values(entry: Entry | None) -> dict[str, str]:
    if entry is None:
        return {"role": "participant", "diet": "standard"}
    fields = entry.fields
    values = {name: str(getattr(fields, name) or "") for name in EntryFields.__struct_fields__}
    values |= {"entry_id": str(entry.id), "version": str(entry.version), "responsible": "yes" * fields.responsible}
    return {**values, "age": "" if fields.age is None else str(fields.age)}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
