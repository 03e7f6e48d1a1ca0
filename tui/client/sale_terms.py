"""The centre's own terms of sale."""

from server.contract.basics import Page
from server.contract.sale_terms import NewSaleTerms, QuoteOnTerms, SaleTermsVersion
from tui.client.calls import PAGE, Calls


class SaleTermsCalls(Calls):
    """Versions of terms of sale, and the quotes on them."""

    async def sale_terms(self) -> list[SaleTermsVersion]:
        """Every version, the last published first."""
        return (await self.line.send("GET", await self._at("/sale-terms"), Page[SaleTermsVersion])).items

    async def publish_sale_terms(self, new: NewSaleTerms) -> None:
        """Publish a text from a day on."""
        await self.line.send("POST", await self._at("/sale-terms"), bytes, body=new)

    async def quotes_on_terms(self, number: int) -> list[QuoteOnTerms]:
        """The quotes that were accepted with a version, the last accepted first."""
        path = await self._at(f"/sale-terms/{number}/quotes")
        return (await self.line.send("GET", path, Page[QuoteOnTerms], query={"limit": PAGE})).items
