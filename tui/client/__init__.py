"""The API, one method per route: the only folder that knows URLs, a file per subject."""

from tui.client.accounts import AccountCalls
from tui.client.centre import CentreCalls
from tui.client.clients import ClientCalls
from tui.client.connections import ConnectionCalls
from tui.client.day import DayCalls
from tui.client.day_sheet import DaySheetCalls
from tui.client.dossiers import DossierCalls
from tui.client.enquiries import EnquiryCalls
from tui.client.facilities import FacilityCalls
from tui.client.groups import GroupCalls
from tui.client.imports import ImportCalls
from tui.client.list_tables import ListTableCalls
from tui.client.lists import ListCalls
from tui.client.openings import OpeningCalls
from tui.client.planning import PlanningCalls
from tui.client.quality import QualityCalls
from tui.client.referential import ReferentialCalls
from tui.client.sale_terms import SaleTermsCalls
from tui.client.search import SearchCalls
from tui.client.segments import SegmentCalls
from tui.client.statistics import StatisticsCalls
from tui.client.stay_gestures import StayGestureCalls
from tui.client.stays import StayCalls
from tui.client.texts import TextCalls


class Client(
    AccountCalls, DayCalls, ClientCalls, EnquiryCalls, DossierCalls, StayCalls, StayGestureCalls, StatisticsCalls, PlanningCalls, FacilityCalls, ListCalls,
    DaySheetCalls, GroupCalls, CentreCalls, ReferentialCalls, ImportCalls, QualityCalls, SearchCalls, ListTableCalls, OpeningCalls, SegmentCalls, SaleTermsCalls,
    TextCalls, ConnectionCalls,
):  # fmt: skip
    """What the terminal may ask of the server."""
