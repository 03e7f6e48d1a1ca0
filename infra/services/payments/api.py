"""Answer one API call: who asks, is it a repeat, is it to fail, what does the endpoint say."""

import base64
import binascii
import hashlib
from urllib.parse import parse_qsl

import msgspec

from infra.services.payments import accounts, clock, controls, endpoints, errors, expansion, form
from infra.services.payments.objects import API_VERSION, EventRequest, new_id
from infra.services.payments.store import Store
from infra.services.payments.world import World

KEY_LIFE_SECONDS = 24 * 60 * 60
_LONGEST_KEY = 255


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request to `/v1/…`; header names are in lower case."""

    method: str
    path: str
    query: str
    body: str
    headers: dict[str, str]

    @property
    def idempotency_key(self) -> str | None:
        """The key under which the answer is kept: only a POST has one."""
        return self.headers.get("idempotency-key") if self.method == "POST" else None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP answer."""

    status: int
    body: bytes
    headers: dict[str, str]


class _ErrorAnswer(msgspec.Struct, frozen=True):
    error: errors.ErrorBody


def answer(store: Store, call: Call, *, public_url: str) -> Answer:
    """Answer a call, in one transaction with all that it changes and with the answer kept under its key."""
    request_id = new_id("req_", length=14)
    headers = {"Request-Id": request_id, "Stripe-Version": call.headers.get("stripe-version", API_VERSION)}
    try:
        key = secret_key(call)
        account = call.headers.get("stripe-account") or accounts.account_of_key(key)
        if not accounts.is_account_id(account):
            raise errors.no_such_account(redacted(key), account)
        with store.transaction():
            store.add_platform(accounts.account_of_key(key))
            failure = controls.take_failure(store)
        if failure is not None and not failure.fail_after:
            raise errors.ordered_failure(failure.fail_status)
        if call.idempotency_key is not None:
            headers["Idempotency-Key"] = call.idempotency_key
        request = EventRequest(id=request_id, idempotency_key=call.idempotency_key)
        world = World(store, account, public_url=public_url, request=request)
        answered = _replayed(world, call, headers) or _executed(world, call, headers)
        if failure is not None:
            raise errors.ordered_failure(failure.fail_status)
        return answered
    except errors.StripeError as refusal:
        return Answer(status=refusal.status, body=error_body(refusal), headers=headers)


def secret_key(call: Call) -> str:
    """Return the secret key that a call carries, as a bearer token or as the user of basic authentication.

    Raises:
        StripeError: there is none, it is a live key, or it is no secret test key.
    """
    scheme, _, credentials = call.headers.get("authorization", "").partition(" ")
    key = credentials.strip()
    if scheme.lower() == "basic":
        try:
            key = base64.b64decode(key, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            key = ""
    if not key:
        raise errors.bad_key(
            "You did not provide an API key. You need to provide your API key in the Authorization header, "
            "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if "_live_" in key:
        raise errors.bad_key(f"Live keys are refused by this simulator: {redacted(key)}")
    if not key.startswith("sk_test_") or len(key) < 12:
        raise errors.bad_key(f"Invalid API Key provided: {redacted(key)}")
    return key


def redacted(key: str) -> str:
    """Return a key of which only the kind and the last four characters can be read."""
    return f"{key[:8]}{'*' * 12}{key[-4:]}" if len(key) > 16 else "*" * 12


def _replayed(world: World, call: Call, headers: dict[str, str]) -> Answer | None:
    """Return the answer kept under the call's key, if it is younger than a day.

    Raises:
        StripeError: the key was first used with another address or other parameters.
    """
    key = call.idempotency_key
    if key is None:
        return None
    if len(key) > _LONGEST_KEY:
        raise errors.invalid_parameter(f"Idempotency keys are at most {_LONGEST_KEY} characters long.")
    row = world.store.connection.execute(
        "SELECT request, status, body, request_id FROM answers WHERE account = ? AND key = ? AND created > ?",
        (world.account, key, clock.now() - KEY_LIFE_SECONDS),
    ).fetchone()
    if row is None:
        return None
    request, status, body, original = row
    if request != _fingerprint(call):
        raise errors.key_of_another_request(key)
    return Answer(
        status=int(status),
        body=bytes(body),
        headers={**headers, "Idempotent-Replayed": "true", "Original-Request": str(original)},
    )


def _executed(world: World, call: Call, headers: dict[str, str]) -> Answer:
    """Let the endpoint work and keep what it says; a refusal of the endpoint is kept, its changes are not."""
    try:
        with world.store.transaction():
            status, body = 200, _endpoint_body(world, call)
            _keep(world, call, status=status, body=body)
    except errors.StripeError as refusal:
        if not refusal.is_kept:
            raise
        status, body = refusal.status, error_body(refusal)
        with world.store.transaction():
            _keep(world, call, status=status, body=body)
    return Answer(status=status, body=body, headers=headers)


def _endpoint_body(world: World, call: Call) -> bytes:
    found = endpoints.find(call.method, call.path)
    if found is None:
        message = f"Unrecognized request URL ({call.method}: {call.path})."
        raise errors.StripeError(404, errors.ErrorBody(type="invalid_request_error", message=message), is_kept=False)
    endpoint, object_id = found
    params = form.decode(call.query if call.method == "GET" else call.body)
    expand = params.pop("expand", [])
    paths = [path for path in expand if isinstance(path, str)] if isinstance(expand, list) else []
    return expansion.expanded(world, endpoint.answer(world, object_id, params), paths)


def _keep(world: World, call: Call, *, status: int, body: bytes) -> None:
    if call.idempotency_key is None:
        return
    world.store.connection.execute(
        "INSERT OR REPLACE INTO answers (account, key, request, status, body, request_id, created)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (world.account, call.idempotency_key, _fingerprint(call), status, body, world.request.id, clock.now()),
    )


def _fingerprint(call: Call) -> str:
    """Name a request by its address and parameters; their order does not count."""
    parameters = repr(sorted(parse_qsl(call.body, keep_blank_values=True)))
    return f"{call.path} {hashlib.sha256(parameters.encode()).hexdigest()}"


def error_body(refusal: errors.StripeError) -> bytes:
    """Write a refusal as Stripe's answers carry it."""
    return msgspec.json.encode(_ErrorAnswer(refusal.body))
