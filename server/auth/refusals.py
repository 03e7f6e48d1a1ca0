"""What a failed log-in answers: 401 and 429, where the rest of the house would say 403."""

from typing import Final

from litestar.types import ExceptionHandlersMap

from server.errors import Answer, AnyRequest, problem_answer
from tenants.accounts.rules import LogInSlowed, Unauthenticated


def unauthenticated(request: AnyRequest, error: Unauthenticated) -> Answer:
    """Answer 401, with the code that says what was wrong."""
    return problem_answer(401, error.code, error.detail, headers={"WWW-Authenticate": "Bearer"})


def slowed(request: AnyRequest, error: LogInSlowed) -> Answer:
    """Answer 429, with the seconds to wait."""
    return problem_answer(429, error.code, error.detail, headers={"Retry-After": str(error.wait_seconds)})


LOG_IN_HANDLERS: Final[ExceptionHandlersMap] = {Unauthenticated: unauthenticated, LogInSlowed: slowed}
