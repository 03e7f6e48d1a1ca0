"""The API's controllers: what is not in `ALL` does not exist."""

from collections.abc import Sequence

from litestar import Controller

from server.auth.approval import ApprovalController
from server.auth.tokens import TokenController
from server.controllers.accounts import MeController
from server.controllers.addresses import AddressController
from server.controllers.arrivals import ArrivalController
from server.controllers.blacklist import BlacklistController, NetworkAlertController
from server.controllers.catalogue import CatalogueController
from server.controllers.centres import CentreController
from server.controllers.check_in import CheckInController
from server.controllers.client_terms import ClientTermsController
from server.controllers.clients import ClientController
from server.controllers.code_lists import CodeListController, NetworkCodeListController
from server.controllers.connections import ConnectionController
from server.controllers.day_sheet import DaySheetController
from server.controllers.deliveries import DeliveryController
from server.controllers.desk import DeskController
from server.controllers.documents import DocumentsController
from server.controllers.dossier_dates import DossierDatesController
from server.controllers.dossiers import DossierController
from server.controllers.enquiries import EnquiryController
from server.controllers.health import HealthController
from server.controllers.history import HistoryController
from server.controllers.housekeeping import HousekeepingController
from server.controllers.imports import ImportController
from server.controllers.list_tables import ListTableController
from server.controllers.live import LiveController
from server.controllers.mails import MailController
from server.controllers.network import NetworkController
from server.controllers.openings import OpeningController
from server.controllers.payments import PaymentController
from server.controllers.personal_data import PersonalDataController, PersonController
from server.controllers.planning import PlanningController
from server.controllers.planning_gestures import PlanningGestureController
from server.controllers.quality import NetworkQualityController, QualityController
from server.controllers.referential import ReferentialController
from server.controllers.rooming import RoomingController
from server.controllers.rooms import RoomController
from server.controllers.sale_terms import SaleTermsDeskController
from server.controllers.satisfaction import SatisfactionController
from server.controllers.search import SearchController
from server.controllers.segments import SegmentController
from server.controllers.settings import SettingsController
from server.controllers.statistics import NetworkStatisticsController, StatisticsController
from server.controllers.stay_gestures import StayGestureController
from server.controllers.stays import StayController
from server.controllers.tablets import TabletController
from server.controllers.tasks import TaskController
from server.controllers.texts import TextController
from server.controllers.tourist_tax import TouristTaxController
from server.controllers.users import UserController
from server.webhooks import WebhookController

ALL: Sequence[type[Controller]] = (
    TokenController,
    ApprovalController,
    MeController,
    CentreController,
    SettingsController,
    SaleTermsDeskController,
    UserController,
    NetworkController,
    DeliveryController,
    ClientController,
    ClientTermsController,
    PersonalDataController,
    PersonController,
    SatisfactionController,
    TextController,
    BlacklistController,
    NetworkAlertController,
    ReferentialController,
    ImportController,
    ConnectionController,
    QualityController,
    NetworkQualityController,
    AddressController,
    CodeListController,
    NetworkCodeListController,
    ArrivalController,
    DeskController,
    SearchController,
    SegmentController,
    TaskController,
    OpeningController,
    PlanningController,
    PlanningGestureController,
    RoomController,
    TabletController,
    StatisticsController,
    TouristTaxController,
    NetworkStatisticsController,
    StayController,
    StayGestureController,
    RoomingController,
    DaySheetController,
    DocumentsController,
    ListTableController,
    HousekeepingController,
    CheckInController,
    EnquiryController,
    CatalogueController,
    DossierController,
    DossierDatesController,
    PaymentController,
    WebhookController,
    HistoryController,
    MailController,
    HealthController,
    LiveController,
)
