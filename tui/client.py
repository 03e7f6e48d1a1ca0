"""The API, one method per route: the only file that knows URLs."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

from server.contract.accounts import (
    CentreView,
    DeviceCode,
    DeviceTokenRequest,
    Me,
    NetworkCentre,
    PreferencesChange,
    Token,
    TokenRequest,
    User,
)
from server.contract.basics import HistoryEntry, LiveEvent, Page
from server.contract.clients import Blacklisting, ClientCard, ClientFields, ClientLine, Signal, SignalQuestion
from server.contract.code_lists import CodeList
from server.contract.dossiers import (
    DossierCard,
    DossierColumn,
    DossierView,
    FailedMail,
    FirstLine,
    LineChange,
    ManualPayment,
    NewLine,
    PaymentLinkRequest,
    QuoteSending,
    RefundRequest,
    Service,
    Treated,
)
from server.contract.enquiries import ClientChoice, Enquiry, EnquiryLine, NewEnquiry, NewMessage
from server.contract.stays import (
    ArrivalLine,
    Availability,
    Desk,
    EarlyDeparture,
    LinkMade,
    NewStay,
    OptionUntil,
    OutOfService,
    Planning,
    Reason,
    Room,
    RoomsHeld,
    Stay,
    StayChange,
)
from tui.transport import Resync, Transport

PAGE = 100


class Client:
    """What the terminal may ask of the server. Methods of a centre wait until `centre_slug` is known."""

    def __init__(self, line: Transport) -> None:
        self.line = line
        self._slug: str | None = None
        self._known = asyncio.Event()

    def enter(self, centre_slug: str) -> None:
        """Work in this centre from now on."""
        self._slug = centre_slug
        self._known.set()

    async def _at(self, path: str) -> str:
        await self._known.wait()
        return f"/api/v1/centres/{self._slug}{path}"

    # Who one is

    async def log_in(self, *, login: str, password: str, code: str | None = None, centre: str | None = None) -> Token:
        """Log in by password."""
        body = TokenRequest(login=login, password=password, code=code or None, centre=centre)
        return await self.line.send("POST", "/auth/token", Token, body=body)

    async def start_device_log_in(self) -> DeviceCode:
        """Ask for a code to be approved in a browser."""
        return await self.line.send("POST", "/auth/device", DeviceCode)

    async def device_token(self, device_code: str) -> Token:
        """Ask whether the code was approved; a problem `authorization_pending` until then."""
        return await self.line.send(
            "POST", "/auth/device/token", Token, body=DeviceTokenRequest(device_code=device_code)
        )

    async def me(self) -> Me:
        """Whom the token speaks for."""
        return await self.line.send("GET", "/api/v1/me", Me)

    async def change_preferences(self, change: PreferencesChange) -> Me:
        """Set one's language, theme, keys."""
        return await self.line.send("PATCH", "/api/v1/me", Me, body=change)

    # The centre

    async def centre(self) -> CentreView:
        """The centre one works in."""
        return await self.line.send("GET", await self._at(""), CentreView)

    async def code_lists(self) -> list[CodeList]:
        """The network's code lists as they are now."""
        return await self.line.send("GET", await self._at("/code-lists"), list[CodeList])

    async def desk(self) -> Desk:
        """The day in one look."""
        return await self.line.send("GET", await self._at("/desk"), Desk)

    async def events(self) -> AsyncIterator[LiveEvent | Resync]:
        """What changes, as it changes."""
        async for event in self.line.events(await self._at("/events")):
            yield event

    async def failed_mails(self) -> Page[FailedMail]:
        """Mails that could not be sent."""
        return await self.line.send("GET", await self._at("/mails"), Page[FailedMail], query={"state": "failed"})

    async def retry_mail(self, mail_id: UUID) -> None:
        """Put a mail back in the queue."""
        await self.line.send("POST", await self._at(f"/mails/{mail_id}/retry"), bytes)

    async def history(self, subject_id: UUID) -> Page[HistoryEntry]:
        """Who did what to it."""
        return await self.line.send("GET", await self._at(f"/history/{subject_id}"), Page[HistoryEntry])

    async def users(self) -> Page[User]:
        """The centre's staff."""
        return await self.line.send("GET", await self._at("/users"), Page[User])

    async def network_centres(self) -> Page[NetworkCentre]:
        """The centres of the network."""
        return await self.line.send("GET", "/api/v1/network/centres", Page[NetworkCentre])

    # Clients

    async def clients(self, text: str, *, limit: int = PAGE) -> Page[ClientLine]:
        """The cards that answer to a fragment."""
        return await self.line.send(
            "GET", await self._at("/clients"), Page[ClientLine], query={"q": text, "limit": limit}
        )

    async def client(self, client_id: UUID) -> ClientCard:
        """A card on one page."""
        return await self.line.send("GET", await self._at(f"/clients/{client_id}"), ClientCard)

    async def add_client(self, fields: ClientFields) -> ClientCard:
        """Open a card."""
        return await self.line.send("POST", await self._at("/clients"), ClientCard, body=fields)

    async def change_client(self, client_id: UUID, fields: ClientFields, *, version: int) -> ClientCard:
        """Save a card."""
        path = await self._at(f"/clients/{client_id}")
        return await self.line.send("PATCH", path, ClientCard, body=fields, version=version)

    async def signal(self, question: SignalQuestion) -> Signal | None:
        """What the referential says of a card being typed."""
        return await self.line.send("POST", await self._at("/clients/signal"), Signal | None, body=question)  # type: ignore[arg-type]

    async def blacklist(self, client_id: UUID, blacklisting: Blacklisting) -> None:
        """Close the padlock."""
        await self.line.send("POST", await self._at(f"/clients/{client_id}/blacklisting"), bytes, body=blacklisting)

    async def lift_blacklisting(self, client_id: UUID) -> None:
        """Open the padlock."""
        await self.line.send("DELETE", await self._at(f"/clients/{client_id}/blacklisting"), bytes)

    # Demandes

    async def enquiries(self, state: str = "", *, cursor: str | None = None) -> Page[EnquiryLine]:
        """The inbox, newest first."""
        query: dict[str, str | int | None] = {"state": state, "cursor": cursor, "limit": PAGE}
        return await self.line.send("GET", await self._at("/enquiries"), Page[EnquiryLine], query=query)

    async def enquiry(self, enquiry_id: UUID) -> Enquiry:
        """A demande and its conversation; reading it marks it read."""
        return await self.line.send("GET", await self._at(f"/enquiries/{enquiry_id}"), Enquiry)

    async def add_enquiry(self, new: NewEnquiry) -> Enquiry:
        """Take a demande by phone, at the desk, at a fair."""
        return await self.line.send("POST", await self._at("/enquiries"), Enquiry, body=new)

    async def answer_enquiry(self, enquiry_id: UUID, message: NewMessage) -> Enquiry:
        """Answer by mail, or write a note that stays inside."""
        return await self.line.send("POST", await self._at(f"/enquiries/{enquiry_id}/messages"), Enquiry, body=message)

    async def choose_client(self, enquiry_id: UUID, client_id: UUID | None) -> Enquiry:
        """Say whose demande it is; None opens a card from what the demande says."""
        path = await self._at(f"/enquiries/{enquiry_id}/client")
        return await self.line.send("POST", path, Enquiry, body=ClientChoice(client_id=client_id))

    async def close_enquiry(self, enquiry_id: UUID, reason: str) -> None:
        """Put a demande away."""
        await self.line.send(
            "POST", await self._at(f"/enquiries/{enquiry_id}/closing"), bytes, body=Reason(reason=reason)
        )

    async def add_first_service(self, enquiry_id: UUID, first: FirstLine) -> DossierView:
        """Make the demande a dossier."""
        return await self.line.send(
            "POST", await self._at(f"/enquiries/{enquiry_id}/services"), DossierView, body=first
        )

    # Dossiers

    async def columns(self) -> list[DossierColumn]:
        """The seven columns, counted and summed."""
        return await self.line.send("GET", await self._at("/dossiers/columns"), list[DossierColumn])

    async def dossiers(self, *, state: str = "", text: str = "", cursor: str | None = None) -> Page[DossierCard]:
        """The dossiers of a column, or those that answer to a fragment."""
        query: dict[str, str | int | None] = {"state": state, "q": text, "cursor": cursor, "limit": PAGE}
        return await self.line.send("GET", await self._at("/dossiers"), Page[DossierCard], query=query)

    async def dossier(self, dossier_id: UUID) -> DossierView:
        """Everything of one dossier."""
        return await self.line.send("GET", await self._at(f"/dossiers/{dossier_id}"), DossierView)

    async def services(self) -> Page[Service]:
        """The catalogue."""
        return await self.line.send("GET", await self._at("/services"), Page[Service])

    async def add_line(self, dossier_id: UUID, line: NewLine) -> DossierView:
        """Add a service."""
        return await self.line.send("POST", await self._at(f"/dossiers/{dossier_id}/lines"), DossierView, body=line)

    async def change_line(self, dossier_id: UUID, line_id: UUID, change: LineChange, *, version: int) -> DossierView:
        """Change a line; `version` is the dossier's."""
        path = await self._at(f"/dossiers/{dossier_id}/lines/{line_id}")
        return await self.line.send("PATCH", path, DossierView, body=change, version=version)

    async def remove_line(self, dossier_id: UUID, line_id: UUID, *, version: int) -> DossierView:
        """Take a line off; `version` is the dossier's."""
        path = await self._at(f"/dossiers/{dossier_id}/lines/{line_id}")
        return await self.line.send("DELETE", path, DossierView, version=version)

    async def send_quote(self, dossier_id: UUID, sending: QuoteSending) -> DossierView:
        """Send the lines as they stand as a new version."""
        return await self.line.send("POST", await self._at(f"/dossiers/{dossier_id}/quotes"), DossierView, body=sending)

    async def quote_pdf(self, dossier_id: UUID, quote_id: UUID) -> bytes:
        """The PDF of a version."""
        return await self.line.send("GET", await self._at(f"/dossiers/{dossier_id}/quotes/{quote_id}/pdf"), bytes)

    async def make_payment_link(self, dossier_id: UUID, wanted: PaymentLinkRequest) -> LinkMade:
        """Make a payment link, and mail it where asked."""
        return await self.line.send(
            "POST", await self._at(f"/dossiers/{dossier_id}/payment-links"), LinkMade, body=wanted
        )

    async def record_payment(self, dossier_id: UUID, payment: ManualPayment) -> DossierView:
        """Book money received otherwise."""
        return await self.line.send(
            "POST", await self._at(f"/dossiers/{dossier_id}/payments"), DossierView, body=payment
        )

    async def refund(self, payment_id: UUID, refund: RefundRequest) -> DossierView:
        """Give money back."""
        return await self.line.send("POST", await self._at(f"/payments/{payment_id}/refunds"), DossierView, body=refund)

    async def set_treated(self, dossier_id: UUID, treated: bool, *, version: int) -> DossierView:
        """Tick « Traité »."""
        path = await self._at(f"/dossiers/{dossier_id}/treated")
        return await self.line.send("PUT", path, DossierView, body=Treated(treated=treated), version=version)

    async def write_in_dossier(self, dossier_id: UUID, message: NewMessage) -> DossierView:
        """Write into the dossier's thread."""
        return await self.line.send(
            "POST", await self._at(f"/dossiers/{dossier_id}/messages"), DossierView, body=message
        )

    # Stays and rooms

    async def rooms(self) -> Page[Room]:
        """The centre's rooms."""
        return await self.line.send("GET", await self._at("/rooms"), Page[Room])

    async def planning(self, first_day: date, last_day: date) -> Planning:
        """Rooms × days, `last_day` included."""
        query: dict[str, str | int | None] = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
        return await self.line.send("GET", await self._at("/planning"), Planning, query=query)

    async def availability(self, arrival: date, departure: date) -> Availability:
        """What is free for a whole period."""
        query: dict[str, str | int | None] = {"arrival": arrival.isoformat(), "departure": departure.isoformat()}
        return await self.line.send("GET", await self._at("/availability"), Availability, query=query)

    async def stays(
        self, *, status: str = "", first_day: date | None = None, last_day: date | None = None
    ) -> Page[ArrivalLine]:
        """Stays by status and days."""
        query: dict[str, str | int | None] = {
            "status": status,
            "first_day": first_day.isoformat() if first_day else None,
            "last_day": last_day.isoformat() if last_day else None,
            "limit": PAGE,
        }
        return await self.line.send("GET", await self._at("/stays"), Page[ArrivalLine], query=query)

    async def stay(self, stay_id: UUID) -> Stay:
        """A stay, whole."""
        return await self.line.send("GET", await self._at(f"/stays/{stay_id}"), Stay)

    async def add_stay(self, new: NewStay) -> Stay:
        """Make a stay."""
        return await self.line.send("POST", await self._at("/stays"), Stay, body=new)

    async def change_stay(self, stay_id: UUID, change: StayChange, *, version: int) -> Stay:
        """Save the fiche séjour."""
        return await self.line.send("PATCH", await self._at(f"/stays/{stay_id}"), Stay, body=change, version=version)

    async def hold_beds(self, stay_id: UUID, bed_ids: list[UUID], *, version: int) -> Stay:
        """Give the stay these beds, and no others."""
        path = await self._at(f"/stays/{stay_id}/beds")
        return await self.line.send("PUT", path, Stay, body=RoomsHeld(bed_ids=bed_ids), version=version)

    async def propose_beds(self, stay_id: UUID) -> RoomsHeld:
        """Ask which beds would do."""
        return await self.line.send("POST", await self._at(f"/stays/{stay_id}/beds/proposal"), RoomsHeld)

    async def set_option(self, stay_id: UUID, until: date) -> None:
        """Hold as an option."""
        await self.line.send("POST", await self._at(f"/stays/{stay_id}/option"), bytes, body=OptionUntil(until=until))

    async def confirm_stay(self, stay_id: UUID, reason: str) -> None:
        """Make it firm."""
        await self.line.send(
            "POST", await self._at(f"/stays/{stay_id}/confirmation"), bytes, body=Reason(reason=reason)
        )

    async def cancel_stay(self, stay_id: UUID, reason: str) -> None:
        """Cancel it."""
        await self.line.send(
            "POST", await self._at(f"/stays/{stay_id}/cancellation"), bytes, body=Reason(reason=reason)
        )

    async def mark_present(self, stay_id: UUID) -> None:
        """They are here."""
        await self.line.send("POST", await self._at(f"/stays/{stay_id}/presence"), bytes)

    async def undo_present(self, stay_id: UUID) -> None:
        """They are not here after all."""
        await self.line.send("DELETE", await self._at(f"/stays/{stay_id}/presence"), bytes)

    async def mark_departed(self, stay_id: UUID) -> None:
        """They have left."""
        await self.line.send("POST", await self._at(f"/stays/{stay_id}/departure"), bytes)

    async def undo_departed(self, stay_id: UUID) -> None:
        """They have not left after all."""
        await self.line.send("DELETE", await self._at(f"/stays/{stay_id}/departure"), bytes)

    async def depart_early(self, stay_id: UUID, leaving: EarlyDeparture) -> None:
        """One room leaves before the others."""
        await self.line.send("POST", await self._at(f"/stays/{stay_id}/early-departures"), bytes, body=leaving)

    async def undo_early_departure(self, stay_id: UUID, room_id: UUID) -> None:
        """That room stays after all."""
        await self.line.send("DELETE", await self._at(f"/stays/{stay_id}/early-departures/{room_id}"), bytes)

    async def make_pre_check_in_link(self, stay_id: UUID) -> LinkMade:
        """Make the pre-check-in link."""
        return await self.line.send("POST", await self._at(f"/stays/{stay_id}/pre-check-in-link"), LinkMade)

    async def withdraw_room(self, withdrawal: OutOfService) -> None:
        """Take a room out of service."""
        await self.line.send("POST", await self._at("/withdrawals"), bytes, body=withdrawal)

    async def end_withdrawal(self, withdrawal_id: UUID) -> None:
        """Put a room back in service."""
        await self.line.send("DELETE", await self._at(f"/withdrawals/{withdrawal_id}"), bytes)
