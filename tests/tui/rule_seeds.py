"""What a centre's rules are, for the terminal's tests: its cancellation scale, how it asks what clients thought."""

from server.contract.basics import Money
from server.contract.client_terms import DefaultsToFill
from server.contract.dates import CancellationScale, CancellationStep
from server.contract.satisfaction import SatisfactionSettings
from server.contract.texts import TextSettings

SCALE = CancellationScale(
    steps=[
        CancellationStep(days_before=60, share_basis_points=3000),
        CancellationStep(days_before=7, share_basis_points=10_000),
    ]
)
REVIEWS = SatisfactionSettings(
    survey_on=True,
    low_tenths=25,
    provider_url="",
    has_key=False,
    version=2,
    webhook_url="https://halte.example/webhooks/satisfaction/kerfany",
)
TEXTS = TextSettings(
    sender="Kerfany",
    part_price_ten_thousandths=450,
    monthly_cap=Money(minor=2_000),
    spent=Money(minor=135),
    has_key=True,
    has_report_token=False,
    version=3,
    report_url="https://halte.example/webhooks/texts/kerfany",
)
NOTHING_AGREED = DefaultsToFill()
