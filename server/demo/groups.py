"""What the demo's groups and rooms look like on a morning: a half-filled rooming list, diets, dirty rooms, a survey's answer."""

import random
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from infra.actor import Actor
from infra.database import tenant_transaction
from server.demo.days import DemoStay
from tenants.arrivals.survey import Answers, send_survey
from tenants.arrivals.survey_answers import answer_survey
from tenants.housekeeping.operations import mark_room
from tenants.housekeeping.queries import rooms_today
from tenants.housekeeping.rules import State, Work
from tenants.rooming import queries
from tenants.rooming.link import make_rooming_link
from tenants.rooming.operations import propose_rooms, save_entry
from tenants.rooming.rules import EntryFields

GIRLS: Final = ("Léa", "Inès", "Maïwenn", "Zoé", "Aïcha", "Jeanne", "Lou", "Nour", "Éloïse", "Anaïs")
BOYS: Final = ("Malo", "Tom", "Ilyès", "Nathan", "Titouan", "Hugo", "Sami", "Gabin", "Noé", "Adam")
NAMES: Final = (
    "Le Bihan",
    "Morvan",
    "N'Diaye",
    "Petit",
    "Kervella",
    "Da Silva",
    "Garnier",
    "Roux",
    "Benali",
    "O'Brien",
)
NEEDS: Final = {
    2: EntryFields(diet="vegetarian"),
    5: EntryFields(diet="no_pork"),
    7: EntryFields(diet="gluten_free", allergies="maladie cœliaque"),
    9: EntryFields(allergies="arachide : trousse d'urgence avec l'accompagnateur"),
    11: EntryFields(access_needs="béquilles, lit du bas"),
}
LISTS: Final = 3
"""How many groups have begun their list."""
DIRTY: Final = 5


async def prepare_groups(centre_id: UUID, stays: list[DemoStay], *, today: date, seed: int, actor: Actor) -> None:
    """Begin the lists of the groups that are here or come next, and have one family answer its survey."""
    chance = random.Random(seed)
    near = [stay for stay in stays if stay.is_group and stay.status in ("confirmed", "present")]
    near = sorted((stay for stay in near if stay.arrival >= today - timedelta(days=2)), key=lambda stay: stay.arrival)
    for place, stay in enumerate(near[:LISTS]):
        await _begin_list(centre_id, stay, share=0.5 + 0.25 * (place % 2), chance=chance, actor=actor)
    family = next(
        (each for each in stays if not each.is_group and each.status == "confirmed" and each.arrival > today), None
    )
    if family is not None:
        await send_survey(centre_id, family.id, mail=False, actor=actor)
        answers = Answers(
            arrival_time="17:30", diets={"vegetarian": 1}, allergies="", access_needs="", wishes="un lit bébé"
        )
        await answer_survey(centre_id, family.id, answers, actor=actor)


async def _begin_list(centre_id: UUID, stay: DemoStay, *, share: float, chance: random.Random, actor: Actor) -> None:
    async with tenant_transaction(centre_id):
        await make_rooming_link(centre_id, stay.id, actor=actor)
        teacher = EntryFields(
            first_name="Anne", last_name="Morel", sex="F", responsible=True, phone="06 12 34 56 78", age=41
        )
        await save_entry(centre_id, stay.id, teacher, actor=actor)
        for place in range(int(stay.pax * share) - 1):
            girl = chance.random() < 0.5
            need = NEEDS.get(place, EntryFields())
            pupil = EntryFields(
                first_name=chance.choice(GIRLS if girl else BOYS),
                last_name=chance.choice(NAMES) if place != 4 else "",
                sex="F" if girl else "M",
                age=chance.randint(11, 15),
                diet=need.diet,
                allergies=need.allergies,
                access_needs=need.access_needs,
            )
            await save_entry(centre_id, stay.id, pupil, actor=actor)
        await propose_rooms(centre_id, stay.id, actor=actor)
        # The last few came after the proposal: they have no room yet.
        for entry in (await queries.entries(centre_id, stay.id))[-2:]:
            fields = EntryFields(first_name=entry.fields.first_name, last_name=entry.fields.last_name)
            await save_entry(centre_id, stay.id, fields, entry_id=entry.id, actor=actor)


async def leave_rooms_dirty(centre_id: UUID, *, today: date, actor: Actor) -> None:
    """Clean the house but for a few rooms that nobody sleeps in; one was inspected."""
    async with tenant_transaction(centre_id):
        rooms = await rooms_today(centre_id, today)
        free = [room for room in rooms if room.work in (Work.ARRIVAL, Work.EMPTY) and not room.out_of_service]
        dirty = {room.room_id for room in free[:DIRTY]}
        for place, room in enumerate(rooms):
            state = State.DIRTY if room.room_id in dirty else State.INSPECTED if place % 7 == 0 else State.CLEAN
            await mark_room(centre_id, room.room_id, state, actor=actor)
