"""Schemathesis against the running server: whatever is sent, each answer is one that the API's description declares."""

import os
import random
import time
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.server.pages.serving import Site
from tests.server.world import World

SEED = int(os.environ.get("HALTE_FUZZ_SEED", "20261121"))
SECONDS = float(os.environ.get("HALTE_FUZZ_SECONDS", "20"))
"""How long one run goes on; the operations come in an order drawn from the seed, so that each has its turn."""
EXAMPLES = 6
"""Cases of each operation, of each of the two kinds: that fit the description, and that do not."""

ENDLESS = {"/api/v1/centres/{centre_slug}/events"}
ENDS_THE_SESSION = {"/auth/revoke"}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def faults(
    strategy: SearchStrategy[Case[Any]], url: str, session: requests.Session, headers: dict[str, str]
) -> list[str]:
    """Send some cases and say what was wrong with the answers."""
    found = []

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def send(case: Case[Any]) -> None:
        answer = case.call(base_url=url, headers=headers, session=session, timeout=30)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            found.append(f"{case.method} {case.path}: {group.exceptions[0]}"[:900])

    send()
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::Warning")  # of the generators, about schemas that they fill with difficulty
def test_every_answer_is_as_described(world: World, described: dict[str, Any], tmp_path: Path) -> None:
    schema = schemathesis.openapi.from_dict(described)
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    chosen = [each for each in found if each.path not in ENDLESS | ENDS_THE_SESSION]
    random.Random(SEED).shuffle(chosen)
    ours = {name: str(value) for name, value in world.ours.items()}
    wrong: list[str] = []
    tried = 0
    site = Site(tmp_path / "server.log")
    try:
        until = time.monotonic() + SECONDS
        with requests.Session() as session:
            for operation in chosen:
                if time.monotonic() > until:
                    break
                tried += 1
                who = world.admin if operation.path.startswith("/api/v1/network") else world.director
                names = {each.name for each in operation.path_parameters}
                path = {
                    name: value
                    for name, value in {**ours, "centre_slug": world.centre.slug, "slug": world.centre.slug}.items()
                    if name in names
                }
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    strategy = operation.as_strategy(generation_mode=mode, path_parameters=path or None)

                    try:
                        wrong += faults(strategy, site.url, session, who.headers)
                    except Unsatisfiable:
                        # Nothing can be wrong with what takes no parameter and no body.
                        assert mode is GenerationMode.NEGATIVE
    finally:
        site.stop()
    assert not wrong, "\n\n".join([f"seed {SEED}", *wrong])
    assert tried > 20
