"""The one place that turns what was refused into an HTTP answer: problem+json for programs, a page for people."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from infra.errors import Conflict, DomainError, Invalid, NotFound, Refused, RightMissing, StaleVersion, Unavailable
from infra.ids import new_id
from server.context import request_id
from server.contract.basics import FieldProblem, Problem
from server.headers import SECURITY_HEADERS
from server.pages.refusals import refusal_page, wants_page

log = structlog.get_logger("server")

STATUS_OF_KIND: tuple[tuple[type[DomainError], int], ...] = (
    (StaleVersion, 412),
    (NotFound, 404),
    (Conflict, 409),
    (Refused, 403),
    (Invalid, 422),
    (Unavailable, 503),
)
STATUS_OF_CODE = {"precondition_missing": 428, "stale_version": 412}
CODE_OF_STATUS = {
    401: "unauthenticated",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    429: "too_many",
}

Answer = Response[bytes]
AnyRequest = Request[Any, Any, Any]


def problem_answer(
    status: int,
    code: str,
    detail: str,
    *,
    errors: list[FieldProblem] | None = None,
    right: str | None = None,
    facts: Mapping[str, str | int] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Answer with a problem body (RFC 9457)."""
    problem = Problem(
        type=f"urn:halte:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        request_id=request_id() or str(new_id()),
        errors=errors or [],
        right=right,
        facts=dict(facts or {}),
    )
    return Response(
        msgspec.json.encode(problem),
        status_code=status,
        media_type="application/problem+json",
        headers={**SECURITY_HEADERS, "Cache-Control": "no-store", **(headers or {})},
    )


def domain_error(request: AnyRequest, error: DomainError) -> Answer:
    """Answer a refusal of the domain by its kind and code."""
    status = STATUS_OF_CODE.get(error.code) or next(
        (number for kind, number in STATUS_OF_KIND if isinstance(error, kind)), 500
    )
    if status == 404:
        # Another tenant's row and no row at all get the same body.
        return problem_answer(404, "not_found", "there is no such thing here")
    fields = [FieldProblem(pointer=each.pointer, code=each.code, message=each.message) for each in error.errors]
    right = str(error.facts["right"]) if isinstance(error, RightMissing) else None
    headers = {"Retry-After": "5"} if status == 503 else None
    if status >= 500:
        log.warning("unavailable", code=error.code, detail=error.detail, exc_info=error)
    return problem_answer(
        status, error.code, error.detail, errors=fields, right=right, facts=error.facts, headers=headers
    )


def validation_error(request: AnyRequest, error: ValidationException) -> Answer:
    """Answer a body or parameter that does not fit the contract: 422, each field named."""
    fields = [_field(entry) for entry in (error.extra if isinstance(error.extra, list) else [])]
    return problem_answer(422, "invalid", "what was sent does not fit: see errors", errors=fields)


def _field(entry: Mapping[str, Any]) -> FieldProblem:
    key = str(entry.get("key") or "")
    source = entry.get("source")
    pointer = f"?{key}" if source == "query" else "/" + key.replace(".", "/")
    return FieldProblem(pointer=pointer if key else "", code="invalid", message=str(entry.get("message", "")))


def http_error(request: AnyRequest, error: HTTPException) -> Answer:
    """Answer what the framework refuses: 401, 404, 405, 413, 429 and a body that is not JSON (400)."""
    status = error.status_code
    headers = dict(error.headers or {})
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 404:
        return problem_answer(404, "not_found", "there is no such thing here")
    code = CODE_OF_STATUS.get(status, "invalid" if status < 500 else "internal")
    return problem_answer(status, code, error.detail, headers=headers)


def unexpected(request: AnyRequest, error: Exception) -> Answer:
    """Answer what nobody foresaw: 500, with the name under which the log has the rest."""
    log.error("unexpected", method=request.method, path=request.url.path, exc_info=error)
    return problem_answer(500, "internal", f"something broke here; tell us {request_id()}")


def _for_whom(answer_with: Callable[[AnyRequest, Any], Answer]) -> Callable[[AnyRequest, Any], Response[Any]]:
    """Answer as `answer_with` does, and with a page where a person asked for one."""

    def answered(request: AnyRequest, error: Exception) -> Response[Any]:
        answer = answer_with(request, error)
        if not wants_page(request):
            return answer
        code = error.code if isinstance(error, DomainError) else ""
        return refusal_page(request, answer.status_code or 500, code, answer.headers)

    return answered


HANDLERS: ExceptionHandlersMap = {
    DomainError: _for_whom(domain_error),
    ValidationException: _for_whom(validation_error),
    HTTPException: _for_whom(http_error),
    Exception: _for_whom(unexpected),
}
