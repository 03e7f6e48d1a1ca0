"""The API's controllers: what is not in `ALL` does not exist."""

from collections.abc import Sequence

from litestar import Controller

from server.controllers.health import HealthController
from server.controllers.live import LiveController

ALL: Sequence[type[Controller]] = (
    HealthController,
    LiveController,
)
