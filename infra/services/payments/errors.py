"""Say no as Stripe says it: a status and an `error` object that the SDK turns into its exceptions.

Source: docs.stripe.com/api/errors and docs.stripe.com/error-codes.
"""

import msgspec


class ErrorBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands under `error` in an answer."""

    type: str
    message: str
    code: str | None = None
    param: str | None = None
    decline_code: str | None = None
    doc_url: str | None = None


class StripeError(Exception):
    """A refusal of the simulated Stripe.

    `is_kept` tells whether an idempotency key remembers it: Stripe keeps what an endpoint answered, and forgets what
    was refused before the endpoint began.
    """

    def __init__(self, status: int, body: ErrorBody, *, is_kept: bool = True) -> None:
        super().__init__(body.message)
        self.status = status
        self.body = body
        self.is_kept = is_kept


def invalid_request(message: str, *, param: str | None = None, code: str | None = None) -> StripeError:
    """Refuse what the endpoint found wrong with the state of things."""
    return StripeError(400, _documented(message, param=param, code=code))


def invalid_parameter(message: str, *, param: str | None = None, code: str | None = None) -> StripeError:
    """Refuse a parameter before the endpoint begins: an idempotency key does not remember it."""
    return StripeError(400, _documented(message, param=param, code=code), is_kept=False)


def missing(kind: str, object_id: str, *, param: str = "id") -> StripeError:
    """Refuse an id that this account does not have; another account's object is missing too.

    404 when the id stands in the address, 400 when it is a parameter, as Stripe does.
    """
    status = 404 if param == "id" else 400
    return StripeError(status, _documented(f"No such {kind}: '{object_id}'", param=param, code="resource_missing"))


def bad_key(message: str) -> StripeError:
    """Refuse a key: 401."""
    return StripeError(401, ErrorBody(type="invalid_request_error", message=message), is_kept=False)


def no_such_account(key_hint: str, account: str) -> StripeError:
    """Refuse an account that the key may not act for: 403."""
    message = (
        f"The provided key '{key_hint}' does not have access to account '{account}' "
        "(or that account does not exist). Application access may have been revoked."
    )
    return StripeError(403, _documented(message, code="account_invalid"), is_kept=False)


def key_of_another_request(key: str) -> StripeError:
    """Refuse an idempotency key first used with another request: 400."""
    message = (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return StripeError(400, ErrorBody(type="idempotency_error", message=message), is_kept=False)


def key_in_use(key: str) -> StripeError:
    """Refuse an idempotency key whose first request is still running: 409."""
    message = f"There is currently another in-progress request using this Idempotent Key: {key}. Try again later."
    body = _documented(message, code="idempotency_key_in_use")
    return StripeError(409, body, is_kept=False)


def ordered_failure(status: int) -> StripeError:
    """Build the failure that a control asked for: 402 a declined card, 429 a rate limit, else an outage."""
    if status == 402:
        body = ErrorBody(
            type="card_error",
            message="Your card was declined.",
            code="card_declined",
            decline_code="generic_decline",
            doc_url=_page("card_declined"),
        )
    elif status == 429:
        body = _documented("Request rate limit exceeded.", code="rate_limit")
    elif status == 401:
        body = ErrorBody(type="invalid_request_error", message="Invalid API Key provided.")
    elif status < 500:
        body = ErrorBody(type="invalid_request_error", message="Refused because the simulator was told to.")
    else:
        body = ErrorBody(type="api_error", message="Sorry, there was an error talking to Stripe.")
    return StripeError(status, body, is_kept=False)


def _documented(message: str, *, param: str | None = None, code: str | None = None) -> ErrorBody:
    page = _page(code) if code else None
    return ErrorBody(type="invalid_request_error", message=message, code=code, param=param, doc_url=page)


def _page(code: str) -> str:
    return f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
