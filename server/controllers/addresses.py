"""Help with addresses while one types: towns from the table of the house, streets from a geocoder that may be gone."""

from litestar import Controller, get
from litestar.params import FromQuery

from server.contract.addresses import Place, Places, Suggestion, Suggestions
from server.dependencies import AtDesk
from tenants.addresses import places, table
from tenants.addresses.geocoding import streets


class AddressController(Controller):
    """What a form of a card asks while one types."""

    path = "/api/v1/centres/{centre_slug:str}/addresses"
    tags = ("addresses",)

    @get("/places", opt={"right": "desk.view"})
    async def places(self, desk: AtDesk, *, language: FromQuery[str] = "fr") -> Places:
        """Show countries and languages by their names in French, or in English (`en`)."""
        said = language if language in ("fr", "en") else "fr"
        return Places(
            countries=[Place(each.code, each.name) for each in places.countries(said)],
            languages=[Place(each.code, each.name) for each in places.languages(said)],
        )

    @get("/towns", opt={"right": "client.view"})
    async def towns(self, desk: AtDesk, *, q: FromQuery[str] = "") -> Suggestions:
        """Find French towns by the beginning of their postal code or of the words of their name; asks nobody."""
        return Suggestions(
            items=[
                Suggestion(
                    street="", postal_code=town.postal_code, town=town.town, note=town.part_of or town.department
                )
                for town in table.towns(q[:80])
            ]
        )

    @get("/streets", opt={"right": "client.view"})
    async def streets(
        self,
        desk: AtDesk,
        *,
        q: FromQuery[str] = "",
        country: FromQuery[str] = "FR",
        postal_code: FromQuery[str] = "",
    ) -> Suggestions:
        """Find streets within 300 ms, by a geocoder where there is one; what it cannot say, it says why."""
        found = await streets(q[:200], country=country.upper()[:2], postal_code=postal_code)
        return Suggestions(
            items=[
                Suggestion(street=street.street, postal_code=street.postal_code, town=street.town)
                for street in found.items
            ],
            missing=found.missing,
        )
