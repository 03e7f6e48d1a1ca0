"""The day: its sheet, its meals, its rooms to clean, its keys, the survey before an arrival."""

from datetime import date, datetime
from uuid import UUID

from server.contract.basics import Wire
from server.contract.statistics import CountedClients
from server.contract.stays import ArrivalLine


class Serving(Wire, frozen=True):
    """So many people of a stay eat one diet at one sitting; `counted` is what would be without a hand."""

    stay_id: UUID
    name: str
    day: date
    sitting: str
    """breakfast, lunch, picnic or dinner."""
    diet: str
    people: int
    by_hand: bool
    counted: int


class MealSet(Wire, frozen=True):
    """Set how many of a stay eat a diet at a sitting; without `people` it is counted again."""

    day: date
    sitting: str
    diet: str
    people: int | None = None


class Meals(Wire, frozen=True):
    """Meals, by day, sitting and diet, each stay apart."""

    servings: list[Serving]


class ServiceMeals(Wire, frozen=True):
    """Which meals a service includes; `by_hand` where staff said it, else its name does."""

    service_id: UUID
    name: str
    sittings: list[str]
    by_hand: bool


class ServiceMealsSet(Wire, frozen=True):
    """Say which meals one unit of a service includes; without `sittings` its name says it."""

    sittings: list[str] | None = None


class EatsApart(Wire, frozen=True):
    """Somebody, or some of a group, with an allergy or a need that the kitchen and the rooms staff must know."""

    stay_id: UUID
    group: str
    who: str
    room: str
    diet: str
    allergies: str
    access_needs: str


class RoomToday(Wire, frozen=True):
    """A room as housekeeping sees it on a day.

    `state` is dirty, clean or inspected; `work` turnover, departure, arrival, stayover or empty.
    """

    room_id: UUID
    room: str
    place: str
    beds: int
    state: str
    work: str
    to_clean: bool
    still_in: bool
    leaving: str
    arriving: str
    arriving_people: int
    arrival_time: str
    out_of_service: bool
    marked_by: str


class Rooms(Wire, frozen=True):
    """The rooms of a day, in the order of work: the day's departures first."""

    day: date
    rooms: list[RoomToday]


class RoomMark(Wire, frozen=True):
    """How a room stands: dirty, clean or inspected."""

    state: str


class DaySheet(Wire, frozen=True):
    """Feuille du jour: who arrives, leaves and stays, what is eaten, which rooms are to be cleaned."""

    day: date
    arrivals: list[ArrivalLine]
    departures: list[ArrivalLine]
    present: list[ArrivalLine]
    """Those who slept here and sleep here again."""
    people_tonight: int
    servings: list[Serving]
    apart: list[EatsApart]
    rooms: list[RoomToday]
    """Those to be cleaned, in the order of work."""


class CheckIn(Wire, frozen=True):
    """The people are here; `keys` are handed over, one for each room unless said."""

    keys: int | None = None


class KeysCount(Wire, frozen=True):
    """So many keys; None for all that are out."""

    count: int | None = None


class Keys(Wire, frozen=True):
    """How many keys a stay has had, and brought back."""

    given: int
    returned: int


class Phone(Wire, frozen=True):
    """A phone of housekeeping's; `unpaired_at` where its pairing has ended."""

    id: UUID
    name: str
    paired_at: datetime
    unpaired_at: datetime | None


class NewPhone(Wire, frozen=True):
    """A phone to pair, under a name that tells phones apart."""

    name: str


class PhonePaired(Wire, frozen=True):
    """A phone just paired: open `url` on it. The token in it is shown now and never again."""

    id: UUID
    name: str
    url: str


class SurveyRequest(Wire, frozen=True):
    """Make the survey's link, and mail it unless only the address is wanted."""

    mail: bool = True


class Survey(Wire, frozen=True):
    """A stay's survey before the arrival; `sent_at` is empty while none went out."""

    sent_at: datetime | None
    mailed_to: str
    answered_at: datetime | None
    arrival_time: str
    diets: dict[str, int]
    allergies: str
    access_needs: str
    wishes: str


class SurveyDays(Wire, frozen=True):
    """So many days before the arrival the survey goes out; 0 sends none by itself."""

    days: int


class DocumentWanted(Wire, frozen=True):
    """A document to open: `kind` is day_sheet, kitchen, housekeeping or rooming_list, `format` pdf, xlsx or csv.

    `day` for those of a day (today's unless said), `stay_id` for a rooming list; `clients` for the day's sheet and the
    kitchen's, which then say so: rooms are cleaned whosever they were.
    """

    kind: str
    format: str = "pdf"
    day: date | None = None
    stay_id: UUID | None = None
    clients: CountedClients = CountedClients()


class DocumentLink(Wire, frozen=True):
    """An address that opens the document, for a quarter of an hour."""

    url: str
    name: str
    expires_at: datetime
