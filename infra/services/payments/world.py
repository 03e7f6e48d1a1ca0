"""One account's world: its objects and its events, seen and changed by one API call or one gesture of a payer."""

import msgspec

from infra.services.payments import clock, deliveries, errors
from infra.services.payments.objects import Event, EventData, EventRequest, JsonObject, StripeObject, new_id
from infra.services.payments.store import Kind, Store, kind_name


class World:
    """What an endpoint may touch.

    `public_url` is where payers' browsers find the hosted pages. `request` is the API call that is going on; without
    one, a payer or time is the cause of what happens.
    """

    def __init__(self, store: Store, account: str, *, public_url: str, request: EventRequest | None = None) -> None:
        self.store = store
        self.account = account
        self.public_url = public_url
        self.request = request or EventRequest()

    def save(self, thing: StripeObject, *, parent: str | None = None) -> None:
        """Write an object of this account."""
        self.store.save(self.account, thing, parent=parent)

    def get(self, kind: type[Kind], object_id: str, *, param: str = "id") -> Kind:
        """Return an object of this account.

        Raises:
            StripeError: `resource_missing` where this account has none of that id.
        """
        found = self.store.find(self.account, kind, object_id)
        if found is None:
            raise errors.missing(kind_name(kind), object_id, param=param)
        return found

    def record(self, event_type: str, thing: StripeObject, *, previous: JsonObject | None = None) -> None:
        """Write the fact down with the object as it is now, and queue its webhook.

        Events of connected accounts carry `account`, those of the key's own account do not.
        """
        event = Event(
            id=new_id("evt_"),
            created=clock.now(),
            type=event_type,
            data=EventData(
                object=msgspec.Raw(msgspec.json.encode(thing)),
                previous_attributes=previous if previous is not None else msgspec.UNSET,
            ),
            request=self.request,
            account=self.account if self.store.is_connected(self.account) else msgspec.UNSET,
        )
        self.save(event)
        deliveries.add(self.store, event.id, account=self.account)
