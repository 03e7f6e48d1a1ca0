"""What Prometheus reads names routes and never clients."""

import httpx

from tests.factories.accounts import a_user
from tests.factories.centres import a_centre


def value(text: str, series: str) -> float:
    return next((float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(series)), 0.0)


async def test_each_answer_is_counted_under_its_routes_template(api: httpx.AsyncClient) -> None:
    centre = await a_centre()
    director = await a_user(centre, "direction")
    own = f"/api/v1/centres/{centre.slug}"
    served = 'halte_requests_total{method="GET",path="/api/v1/centres/{centre_slug}",status_code="200"}'
    refused = 'halte_requests_total{method="GET",path="/api/v1/centres/{centre_slug}",status_code="401"}'
    before = (await api.get("/metrics")).text

    assert (await api.get(own, headers=director.headers)).status_code == 200
    assert (await api.get(own)).status_code == 401

    after = (await api.get("/metrics")).text
    assert value(after, served) - value(before, served) == 1
    assert value(after, refused) - value(before, refused) == 1
    assert centre.slug not in after
    assert value(after, 'halte_requests_in_progress{method="GET",path="/api/v1/centres/{centre_slug}"}') == 0
