"""The API's description (OpenAPI 3.1) and the page to read it, served from here and from nowhere else."""

from dataclasses import dataclass, field, make_dataclass
from functools import cache
from importlib.resources import files
from inspect import cleandoc
from pathlib import Path
from typing import ClassVar, Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Reference,
    Schema,
    SecurityScheme,
)
from litestar.plugins import ReceiveRoutePlugin
from litestar.routes import BaseRoute, HTTPRoute
from litestar.static_files import create_static_files_router

from infra.settings import settings

VENDORED = Path(str(files("swagger_ui"))) / "static"
OURS = Path(__file__).parent / "reference"

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Halte · API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/reference/vendored/favicon-32x32.png">
<link rel="stylesheet" href="/reference/vendored/swagger-ui.css">
</head><body><div id="reference"></div>
<script src="/reference/vendored/swagger-ui-bundle.js"></script>
<script src="/reference/ours/reference.js"></script>
</body></html>
"""


_TEXT: Final = Schema(type=OpenAPIType.STRING)
_FIELD: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["pointer", "code", "message"],
    properties={"pointer": _TEXT, "code": _TEXT, "message": _TEXT},
)
PROBLEM: Final = OpenAPIResponse(
    description="Refused (RFC 9457). 401 not logged in, 403 the right is missing, 404 no such thing here, 409 a conflict "
    "with how things are now, 412 and 428 a version that is stale or missing, 413 too large, 422 what was sent does not "
    "fit, 429 too many, 503 something does not answer.",
    content={
        "application/problem+json": OpenAPIMediaType(
            schema=Schema(
                type=OpenAPIType.OBJECT,
                required=["type", "title", "status", "detail", "code", "request_id", "errors"],
                properties={
                    **dict.fromkeys(("type", "title", "detail", "code", "request_id"), _TEXT),
                    "status": Schema(type=OpenAPIType.INTEGER),
                    "errors": Schema(type=OpenAPIType.ARRAY, items=_FIELD),
                    "right": Schema(one_of=[_TEXT, Schema(type=OpenAPIType.NULL)]),
                },
            )
        )
    },
)
"""What every refusal looks like: declared once, referred to by each operation."""
FILE: Final = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))


@dataclass
class Refusable(Operation):
    """An operation whose refusals are all problems."""

    x_right: str | None = field(default=None, metadata={"alias": "x-right"})
    """The right it asks for."""
    files: ClassVar[tuple[str, ...]] = ()
    """Media types of the file that it answers with, when the caller says which form."""

    def __post_init__(self) -> None:
        """Put the one refusal in place of the framework's own, and the forms of a file in place of JSON."""
        answers = {status: answer for status, answer in (self.responses or {}).items() if status != "400"}
        if self.files:
            answers["200"] = OpenAPIResponse(description="The file.", content=dict.fromkeys(self.files, FILE))
        self.responses = {**answers, "default": Reference(ref="#/components/responses/Problem")}


@cache
def asking(right: str, files: tuple[str, ...]) -> type[Operation]:
    """Return the class of operations that ask for a right; made once each, since that takes milliseconds."""
    of_the_right = field(default=right, metadata={"alias": "x-right"})
    return make_dataclass(
        "Asking", [("x_right", str | None, of_the_right)], bases=(Refusable,), namespace={"files": files}
    )


class Described(ReceiveRoutePlugin):
    """Describes each operation by its docstring, its right and how it refuses, with the bearer unless it is public."""

    def receive_route(self, route: BaseRoute) -> None:
        """Look at a route as it is registered."""
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                describe(handler)


def describe(handler: HTTPRouteHandler) -> None:
    """Fill in what the description says of a handler."""
    first, _, rest = cleandoc(handler.fn.__doc__ or "").partition("\n")
    handler.summary = handler.summary or first.rstrip(".") or None
    right = handler.opt.get("right")
    told = [rest.partition("Raises:")[0].strip(), f"Right: `{right}`." if right else ""]
    handler.description = handler.description or "\n\n".join(part for part in told if part) or None
    handler.operation_class = asking(right, handler.opt.get("files", ())) if right else Refusable
    if not handler.opt.get("public"):
        handler.security = [{"bearer": []}]


@get("/reference", media_type="text/html", include_in_schema=False, opt={"public": True}, sync_to_thread=False)
def reference() -> Response[str]:
    """Show the API's reference."""
    # Swagger UI draws its icons from data: addresses and styles its nodes itself.
    policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
    return Response(PAGE, media_type="text/html", headers={"Content-Security-Policy": policy})


REFERENCE_HANDLERS = (
    reference,
    create_static_files_router(
        path="/reference/vendored", directories=[VENDORED], opt={"public": True, "unlimited": True}, name="vendored"
    ),
    create_static_files_router(
        path="/reference/ours", directories=[OURS], opt={"public": True, "unlimited": True}, name="reference"
    ),
)


def openapi_config() -> OpenAPIConfig:
    """Describe the API; the JSON is at `/schema/openapi.json`."""
    return OpenAPIConfig(
        title="Halte",
        version=settings().release,
        description="The desk of a network of group-accommodation centres. Errors are `application/problem+json`.",
        path="/schema",
        render_plugins=[JsonRenderPlugin()],
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer", description="An opaque token of /auth/token.")
            },
            responses={"Problem": PROBLEM},
        ),
    )
