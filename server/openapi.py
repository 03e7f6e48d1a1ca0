"""The API's description (OpenAPI 3.1) and the page to read it, served from here and from nowhere else."""

from importlib.resources import files
from pathlib import Path

from litestar import Response, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins import ReceiveRoutePlugin
from litestar.routes import BaseRoute, HTTPRoute
from litestar.static_files import create_static_files_router

from infra.settings import settings

VENDORED = Path(str(files("swagger_ui"))) / "static"
OURS = Path(__file__).parent / "reference"

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Halte · API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/reference/vendored/swagger-ui.css">
</head><body><div id="reference"></div>
<script src="/reference/vendored/swagger-ui-bundle.js"></script>
<script src="/reference/ours/reference.js"></script>
</body></html>
"""


class BearerOnProtected(ReceiveRoutePlugin):
    """Declares the bearer scheme on each operation whose route is not public."""

    def receive_route(self, route: BaseRoute) -> None:
        """Look at a route as it is registered."""
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
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
            }
        ),
    )
