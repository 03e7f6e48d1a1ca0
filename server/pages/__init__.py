"""The public pages: what clients and arriving guests open in a browser."""

from collections.abc import Sequence

from litestar import Controller

from server.pages.arrival import ArrivalController
from server.pages.assets import AssetController
from server.pages.contact import ContactController
from server.pages.documents import DocumentController
from server.pages.exports import ExportController
from server.pages.list_tables import ListTableController
from server.pages.payment import PaymentController
from server.pages.quote import QuoteController
from server.pages.rooming import RoomingController
from server.pages.rooms import RoomsController
from server.pages.sale_terms import SaleTermsController
from server.pages.satisfaction import SatisfactionController
from server.pages.short_addresses import ShortAddressController
from server.pages.survey import SurveyController
from server.pages.tablet import TabletController
from server.pages.thread import ThreadController

HANDLERS: Sequence[type[Controller]] = (
    AssetController,
    ContactController,
    SaleTermsController,
    ThreadController,
    QuoteController,
    ExportController,
    PaymentController,
    ArrivalController,
    TabletController,
    RoomingController,
    SurveyController,
    SatisfactionController,
    RoomsController,
    DocumentController,
    ListTableController,
    ShortAddressController,
)
"""What `create_app` serves."""
