"""The body of a request, read so that nothing in it is more than a refusal."""

from typing import Any

from litestar import Request
from litestar.exceptions import SerializationException


class SoundRequest(Request[Any, Any, Any]):
    """A request whose JSON may be anything at all."""

    async def json(self) -> Any:  # noqa: ANN401 - as the framework has it
        """Return the body's JSON.

        Raises:
            SerializationException: it is none, is no UTF-8, or is nested deeper than anything is; answered 400.
        """
        try:
            return await super().json()
        except UnicodeDecodeError as error:
            raise SerializationException("the body is not UTF-8") from error
        except RecursionError as error:
            raise SerializationException("the body is nested too deep") from error
