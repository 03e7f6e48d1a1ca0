"""Money: links to pay, what came by hand, what goes back."""

from uuid import UUID

from litestar import Controller, Response, post
from litestar.params import FromPath, JSONBody

from billing.payments.by_hand import ManualPayment as Received
from billing.payments.by_hand import record_payment
from billing.payments.giving_back import refund
from billing.payments.links import make_payment_link
from billing.payments.queries import payment
from infra.database import tenant_transaction
from server.contract.dossiers import DossierView, ManualPayment, PaymentLinkRequest, RefundRequest
from server.contract.stays import LinkMade
from server.controllers.dossiers import shown
from server.dependencies import AtDesk
from server.views.dossiers import amount


class PaymentController(Controller):
    """What is asked for, received and given back."""

    path = "/api/v1/centres/{centre_slug:str}"
    tags = ("payments",)

    @post("/dossiers/{dossier_id:uuid}/payment-links", opt={"right": "payment.link"})
    async def make_link(self, desk: AtDesk, dossier_id: FromPath[UUID], data: JSONBody[PaymentLinkRequest]) -> LinkMade:
        """Make the payment link of a part and mail it, unless told not to."""
        made = await make_payment_link(desk.centre_id, dossier_id, data.part, mail=data.mail, actor=desk.actor)
        return LinkMade(url=made.url, expires_at=made.expires_at, mailed_to=made.mailed_to)

    @post("/dossiers/{dossier_id:uuid}/payments", opt={"right": "payment.record"})
    async def record(
        self, desk: AtDesk, dossier_id: FromPath[UUID], data: JSONBody[ManualPayment]
    ) -> Response[DossierView]:
        """Book money that came otherwise than by card."""
        received = Received(
            means=data.means, amount=amount(data.amount), reference=data.reference, received_day=data.received_day
        )
        await record_payment(desk.centre_id, dossier_id, received, actor=desk.actor)
        return await shown(desk, dossier_id, status=201)

    @post("/payments/{payment_id:uuid}/refunds", opt={"right": "payment.refund"})
    async def give_back(
        self, desk: AtDesk, payment_id: FromPath[UUID], data: JSONBody[RefundRequest]
    ) -> Response[DossierView]:
        """Give back a payment, or a part of it, by the way it came."""
        wanted = None if data.amount is None else amount(data.amount)
        await refund(desk.centre_id, payment_id, wanted, reason=data.reason, actor=desk.actor)
        async with tenant_transaction(desk.centre_id, read_only=True):
            dossier_id = (await payment(desk.centre_id, payment_id)).dossier_id
        return await shown(desk, dossier_id, status=201)
