"""Client cards."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from server.contract.addresses import Places, Suggestions
from server.contract.basics import Page
from server.contract.client_terms import Defaults, DefaultsToFill, NewClientRate
from server.contract.clients import (
    AlertDecision,
    Blacklisting,
    CardMerge,
    ClientCard,
    ClientFields,
    ClientLine,
    LetterSending,
    MendingRefused,
    MergeMade,
    MergePreview,
    MergeRequest,
    NewClientAction,
    Signal,
    SignalQuestion,
    WaitingAlert,
)
from server.contract.day_sheet import DocumentLink
from server.contract.referential import ObjectionTakenBack
from server.contract.satisfaction import PublicReview
from tui.client.calls import PAGE, Calls

EVERYBODY: Mapping[str, str] = MappingProxyType({})
"""No query parameter: whoever the clients are."""


class ClientCalls(Calls):
    """The kardex."""

    async def clients(self, text: str, *, of: Mapping[str, str] = EVERYBODY, limit: int = PAGE) -> Page[ClientLine]:
        """The cards that answer to a fragment, of those that are wanted."""
        query: dict[str, str | int | None] = {"q": text, "limit": limit, **of}
        return await self.line.send("GET", await self._at("/clients"), Page[ClientLine], query=query)

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

    async def refuse_mending(self, client_id: UUID, mending: str, *, version: int) -> ClientCard:
        """Put a field back as it was written."""
        path = await self._at(f"/clients/{client_id}/mendings")
        return await self.line.send("POST", path, ClientCard, body=MendingRefused(mending=mending), version=version)

    async def signal(self, question: SignalQuestion) -> Signal | None:
        """What the referential says of a card being typed."""
        return await self.line.send("POST", await self._at("/clients/signal"), Signal | None, body=question)  # type: ignore[arg-type]

    async def note_action(self, client_id: UUID, action: NewClientAction) -> None:
        """Note what was done with a client."""
        await self.line.send("POST", await self._at(f"/clients/{client_id}/actions"), bytes, body=action)

    async def remove_action(self, client_id: UUID, action_id: UUID) -> None:
        """Take away an action noted by mistake."""
        await self.line.send("DELETE", await self._at(f"/clients/{client_id}/actions/{action_id}"), bytes)

    async def reviews_of_nobody(self) -> Page[PublicReview]:
        """The public reviews that are on no card yet."""
        return await self.line.send("GET", await self._at("/satisfaction/reviews"), Page[PublicReview])

    async def link_review(self, client_id: UUID, review_id: UUID) -> None:
        """Say that a public review is a client's."""
        await self.line.send("POST", await self._at(f"/clients/{client_id}/reviews/{review_id}"), bytes)

    async def unlink_review(self, client_id: UUID, review_id: UUID) -> None:
        """Take a public review off a card."""
        await self.line.send("DELETE", await self._at(f"/clients/{client_id}/reviews/{review_id}"), bytes)

    async def places(self, language: str) -> Places:
        """The countries and the languages by their names."""
        return await self.line.send("GET", await self._at("/addresses/places"), Places, query={"language": language})

    async def towns(self, text: str) -> Suggestions:
        """The French towns that begin so."""
        return await self.line.send("GET", await self._at("/addresses/towns"), Suggestions, query={"q": text})

    async def streets(self, text: str, *, country: str, postal_code: str) -> Suggestions:
        """The streets that may be meant, where a geocoder answers."""
        query: dict[str, str | int | None] = {"q": text, "country": country, "postal_code": postal_code}
        return await self.line.send("GET", await self._at("/addresses/streets"), Suggestions, query=query)

    async def blacklist(self, client_id: UUID, blacklisting: Blacklisting) -> None:
        """Close the padlock."""
        await self.line.send("POST", await self._at(f"/clients/{client_id}/blacklisting"), bytes, body=blacklisting)

    async def defaults(self, client_id: UUID | None) -> DefaultsToFill | None:
        """What fills a client's new stay or quote; of nobody, nothing."""
        if client_id is None:
            return None
        return await self.line.send("GET", await self._at(f"/clients/{client_id}/defaults"), DefaultsToFill)

    async def set_defaults(self, client_id: UUID, defaults: Defaults) -> None:
        """Save what fills a client's new stay or quote."""
        path = await self._at(f"/clients/{client_id}/defaults")
        await self.line.send("PUT", path, bytes, body=defaults, version=defaults.version)

    async def add_client_rate(self, client_id: UUID, new: NewClientRate) -> None:
        """Give a client a price of their own."""
        await self.line.send("POST", await self._at(f"/clients/{client_id}/rates"), bytes, body=new)

    async def retire_client_rate(self, client_id: UUID, rate_id: UUID) -> None:
        """Take a client's price out of use."""
        await self.line.send("DELETE", await self._at(f"/clients/{client_id}/rates/{rate_id}"), bytes)

    async def merge_preview(self, client_id: UUID, other_id: UUID) -> MergePreview:
        """Two cards side by side."""
        return await self.line.send("GET", await self._at(f"/clients/{client_id}/merge/{other_id}"), MergePreview)

    async def merge_clients(self, client_id: UUID, request: MergeRequest) -> MergeMade:
        """Make two cards one."""
        return await self.line.send("POST", await self._at(f"/clients/{client_id}/merge"), MergeMade, body=request)

    async def merges(self, client_id: UUID) -> list[CardMerge]:
        """The cards that went into this one and can be given back."""
        found = await self.line.send("GET", await self._at(f"/clients/{client_id}/merges"), Page[CardMerge])
        return found.items

    async def undo_merge(self, merge_id: UUID) -> None:
        """Give the second card back."""
        await self.line.send("DELETE", await self._at(f"/clients/merges/{merge_id}"), bytes)

    async def personal_data(self, client_id: UUID) -> bytes:
        """All that the centre holds of a client, as an archive."""
        return await self.line.send("GET", await self._at(f"/clients/{client_id}/personal-data"), bytes)

    async def personal_data_link(self, client_id: UUID) -> DocumentLink:
        """An address that gives that archive for a quarter of an hour."""
        path = await self._at(f"/clients/{client_id}/personal-data/links")
        return await self.line.send("POST", path, DocumentLink)

    async def object_to_referential(self, client_id: UUID) -> None:
        """Note that a client objects to being recognised elsewhere."""
        await self.line.send("POST", await self._at(f"/clients/{client_id}/objection"), bytes)

    async def take_back_objection(self, client_id: UUID, wish: ObjectionTakenBack) -> None:
        """Note that a client wants to be recognised again."""
        await self.line.send("POST", await self._at(f"/clients/{client_id}/objection/taking-back"), bytes, body=wish)

    async def erase_client(self, client_id: UUID) -> None:
        """Erase a person."""
        await self.line.send("DELETE", await self._at(f"/clients/{client_id}/personal-data"), bytes)

    async def blacklist_letter(self, client_id: UUID) -> bytes:
        """The letter to the person, as PDF."""
        return await self.line.send("GET", await self._at(f"/clients/{client_id}/blacklisting/letter"), bytes)

    async def blacklist_letter_link(self, client_id: UUID) -> DocumentLink:
        """An address that gives the letter for a quarter of an hour."""
        path = await self._at(f"/clients/{client_id}/blacklisting/letter/links")
        return await self.line.send("POST", path, DocumentLink)

    async def send_blacklist_letter(self, client_id: UUID, sending: LetterSending) -> None:
        """Send the letter, or note that it went."""
        path = await self._at(f"/clients/{client_id}/blacklisting/letter")
        await self.line.send("POST", path, bytes, body=sending)

    async def keep_blacklisted_stay(self, client_id: UUID, stay_id: UUID) -> None:
        """Decide that a stay to come stands."""
        path = await self._at(f"/clients/{client_id}/blacklisting/stays/{stay_id}/kept")
        await self.line.send("POST", path, bytes)

    async def ask_blacklist_alert(self, client_id: UUID) -> None:
        """Ask the network to tell the other centres whom to call."""
        await self.line.send("POST", await self._at(f"/clients/{client_id}/blacklisting/alert"), bytes)

    async def blacklist_alerts(self) -> list[WaitingAlert]:
        """What waits for the network's decision."""
        page = await self.line.send("GET", "/api/v1/network/blacklist-alerts", Page[WaitingAlert])
        return page.items

    async def decide_blacklist_alert(self, alert_id: UUID, *, confirmed: bool) -> None:
        """Decide as the network."""
        path = f"/api/v1/network/blacklist-alerts/{alert_id}"
        await self.line.send("POST", path, bytes, body=AlertDecision(confirmed=confirmed))

    async def lift_blacklisting(self, client_id: UUID) -> None:
        """Open the padlock."""
        await self.line.send("DELETE", await self._at(f"/clients/{client_id}/blacklisting"), bytes)
