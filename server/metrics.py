"""What Prometheus reads of the server: how many requests, how long they took, how many are under way, by route."""

import time
from functools import cache
from typing import Final

from litestar.enums import ScopeType
from litestar.plugins.prometheus import PrometheusController
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import Counter, Gauge, Histogram

REQUESTS: Final = Counter("halte_requests_total", "Requests answered", ["method", "path", "status_code"])
SECONDS: Final = Histogram("halte_request_duration_seconds", "How long answers took", ["method", "path", "status_code"])
UNDER_WAY: Final = Gauge(
    "halte_requests_in_progress", "Requests under way", ["method", "path"], multiprocess_mode="livesum"
)

BROKE: Final = 500


class MetricsController(PrometheusController):
    """Prometheus reads this; the proxy in front lets nobody else."""

    path = "/metrics"
    opt = {"public": True, "unlimited": True}
    include_in_schema = False


# A series is looked up under a lock and by text: once for each route and status is enough.
@cache
def _answered(method: str, path: str, status: int) -> tuple[Counter, Histogram]:
    labels = (method, path, str(status))
    return REQUESTS.labels(*labels), SECONDS.labels(*labels)


@cache
def _under_way(method: str, path: str) -> Gauge:
    return UNDER_WAY.labels(method, path)


def with_metrics(app: ASGIApp) -> ASGIApp:
    """Count and time each request under its route's template, never its own path: that would name clients."""

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        method, path, status = scope["method"], scope["path_template"], BROKE
        began = time.perf_counter()

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        gauge = _under_way(method, path)
        gauge.inc()
        try:
            await app(scope, receive, answer)
        finally:
            gauge.dec()
            requests, seconds = _answered(method, path, status)
            requests.inc()
            seconds.observe(time.perf_counter() - began)

    return counted
