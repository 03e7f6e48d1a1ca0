"""The day's sheet, meals, rooms to clean, check-in, keys, the survey, documents."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from server.contract.arrivals import PoliceForm
from server.contract.basics import Page
from server.contract.day_sheet import (
    CheckIn,
    DaySheet,
    DocumentLink,
    DocumentWanted,
    Keys,
    KeysCount,
    Meals,
    MealSet,
    NewPhone,
    Phone,
    PhonePaired,
    RoomMark,
    Rooms,
    Survey,
    SurveyDays,
    SurveyRequest,
)
from server.contract.stays import LinkMade
from tui.client.calls import Calls
from tui.client.clients import EVERYBODY


class DaySheetCalls(Calls):
    """What the desk does of a day."""

    async def day_sheet(self, day: date, *, of: Mapping[str, str] = EVERYBODY) -> DaySheet:
        """A day on one sheet; of some clients only their stays."""
        query: dict[str, str | int | None] = {"day": day.isoformat(), **of}
        return await self.line.send("GET", await self._at("/day-sheet"), DaySheet, query=query)

    async def meals_of(self, stay_id: UUID) -> Meals:
        """The meals of one stay."""
        return await self.line.send("GET", await self._at(f"/stays/{stay_id}/meals"), Meals)

    async def set_meal(self, stay_id: UUID, meal: MealSet) -> Meals:
        """Set a quantity by hand, or leave it to be counted again."""
        return await self.line.send("PUT", await self._at(f"/stays/{stay_id}/meals"), Meals, body=meal)

    async def rooms_of_day(self, day: date) -> Rooms:
        """Every room as housekeeping sees it."""
        return await self.line.send("GET", await self._at("/housekeeping/rooms"), Rooms, query={"day": day.isoformat()})

    async def mark_room(self, room_id: UUID, state: str) -> Rooms:
        """Say how a room stands."""
        path = await self._at(f"/housekeeping/rooms/{room_id}")
        return await self.line.send("PUT", path, Rooms, body=RoomMark(state=state))

    async def phones(self) -> Page[Phone]:
        """The phones of housekeeping."""
        return await self.line.send("GET", await self._at("/housekeeping/phones"), Page[Phone])

    async def pair_phone(self, name: str) -> PhonePaired:
        """Pair a phone; its address is said this once."""
        path = await self._at("/housekeeping/phones")
        return await self.line.send("POST", path, PhonePaired, body=NewPhone(name=name))

    async def unpair_phone(self, phone_id: UUID) -> None:
        """End a phone's pairing."""
        await self.line.send("DELETE", await self._at(f"/housekeeping/phones/{phone_id}"), bytes)

    async def check_in(self, stay_id: UUID, *, keys: int | None = None) -> None:
        """They are here, and have their keys."""
        await self.line.send("POST", await self._at(f"/stays/{stay_id}/check-in"), bytes, body=CheckIn(keys=keys))

    async def keys_of(self, stay_id: UUID) -> Keys:
        """How many keys a stay has had, and brought back."""
        return await self.line.send("GET", await self._at(f"/stays/{stay_id}/keys"), Keys)

    async def give_keys(self, stay_id: UUID, count: int) -> Keys:
        """Hand keys over."""
        return await self.line.send("POST", await self._at(f"/stays/{stay_id}/keys"), Keys, body=KeysCount(count=count))

    async def take_keys_back(self, stay_id: UUID, count: int | None = None) -> Keys:
        """Take keys back, all that are out unless said."""
        path = await self._at(f"/stays/{stay_id}/keys/return")
        return await self.line.send("POST", path, Keys, body=KeysCount(count=count))

    async def survey(self, stay_id: UUID) -> Survey:
        """What was answered before the arrival."""
        return await self.line.send("GET", await self._at(f"/stays/{stay_id}/survey"), Survey)

    async def send_survey(self, stay_id: UUID, *, mail: bool) -> LinkMade:
        """Make the survey's link, and mail it if wanted."""
        path = await self._at(f"/stays/{stay_id}/survey")
        return await self.line.send("POST", path, LinkMade, body=SurveyRequest(mail=mail))

    async def survey_days(self) -> SurveyDays:
        """How many days before the arrival it goes out."""
        return await self.line.send("GET", await self._at("/survey-days"), SurveyDays)

    async def set_survey_days(self, days: int) -> SurveyDays:
        """Set how many days before the arrival it goes out."""
        return await self.line.send("PUT", await self._at("/survey-days"), SurveyDays, body=SurveyDays(days=days))

    async def police_forms(self, stay_id: UUID) -> Page[PoliceForm]:
        """A stay's police forms; that they were opened is noted."""
        return await self.line.send("GET", await self._at(f"/stays/{stay_id}/police-forms"), Page[PoliceForm])

    async def document(self, wanted: DocumentWanted) -> bytes:
        """A document, made now."""
        return await self.line.send("POST", await self._at("/documents"), bytes, body=wanted)

    async def document_link(self, wanted: DocumentWanted) -> DocumentLink:
        """An address that opens a document for a quarter of an hour."""
        return await self.line.send("POST", await self._at("/documents/links"), DocumentLink, body=wanted)
