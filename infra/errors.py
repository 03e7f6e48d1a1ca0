"""Base errors: five kinds, each with a stable code. One place turns kinds into HTTP, one turns codes into words."""

from typing import ClassVar


class FieldError:
    """What is wrong with one field of what was sent.

    `pointer` is a JSON pointer into it (`/arrival`), `code` is stable, `message` is for a person.
    """

    __slots__ = ("code", "message", "pointer")

    def __init__(self, pointer: str, code: str, message: str) -> None:
        self.pointer = pointer
        self.code = code
        self.message = message


class DomainError(Exception):
    """Something the house refuses. `detail` says what was wrong and what to do, without another tenant's data."""

    code: ClassVar[str] = "error"

    def __init__(self, detail: str = "", *, errors: tuple[FieldError, ...] = (), **facts: str | int) -> None:
        super().__init__(detail or self.code)
        self.detail = detail or (type(self).__doc__ or "").split("\n")[0]
        self.errors = errors
        self.facts = facts
        """Named values for the sentence on a screen and for the problem body (`right`, `until`)."""


class NotFound(DomainError):
    """There is no such thing here, or it is another centre's: the two are not told apart."""

    code = "not_found"


class Conflict(DomainError):
    """What is asked collides with how things are now."""

    code = "conflict"


class Refused(DomainError):
    """Who asks may not."""

    code = "refused"


class Invalid(DomainError):
    """What was sent cannot be right."""

    code = "invalid"


class Unavailable(DomainError):
    """Something Halte needs does not answer; try again later."""

    code = "unavailable"


class RightMissing(Refused):
    """The account lacks a right."""

    code = "right_missing"

    def __init__(self, right: str) -> None:
        super().__init__(f"the right {right} is missing", right=right)


class StaleVersion(Conflict):
    """Somebody saved it since it was read."""

    code = "stale_version"
