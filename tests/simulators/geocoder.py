"""A geocoder on loopback: the Géoplateforme's `/search` and Photon's `/api`, with their refusals; slow or broken when told.

As documented: `q` has three to two hundred characters and begins with a letter or a digit, else 400; more than fifty
requests a second are answered 429; answers are GeoJSON.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from tests.simulators.serving import Quiet, serving

STREETS = (
    ("12 Rue des Écoles", "housenumber", "29930", "Pont-Aven"),
    ("Rue des Écoles", "street", "29930", "Pont-Aven"),
    ("Rue des Écoles", "street", "75005", "Paris"),
    ("Pont-Aven", "municipality", "29930", "Pont-Aven"),
)
ABROAD = (
    {
        "street": "Via Roma",
        "housenumber": "8",
        "postcode": "10121",
        "city": "Torino",
        "countrycode": "IT",
        "osm_key": "building",
    },
    {"name": "Via Roma", "postcode": "10121", "city": "Torino", "countrycode": "IT", "osm_key": "highway"},
    {"name": "Roma", "countrycode": "IT", "osm_key": "place"},
    {"name": "Via Roma", "postcode": "6500", "city": "Bellinzona", "countrycode": "CH", "osm_key": "highway"},
)


class Geocoder:
    """What it was asked, and how it is to answer."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.delay_seconds = 0.0
        self.status = 200
        self.garbage = False
        self.url = ""

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, object]:
        """Answer one request."""
        self.asked.append(query)
        time.sleep(self.delay_seconds)
        if self.status != 200:
            return self.status, {"code": self.status, "message": "told to"}
        wanted = query.get("q", "")
        if path == "/search" and (not 3 <= len(wanted) <= 200 or not wanted[0].isalnum()):
            return 400, {
                "code": 400,
                "message": "q must contain between 3 and 200 chars and start with a number or a letter",
            }
        if path == "/search":
            found = [
                {
                    "type": kind,
                    "name": name,
                    "label": f"{name} {code} {town}",
                    "postcode": code,
                    "city": town,
                    "score": 0.9,
                }
                for name, kind, code, town in STREETS
                if wanted.lower().split()[0] in name.lower() and query.get("postcode", code) == code
            ]
            return 200, _collection(found[: int(query.get("limit", "5"))])
        if path == "/api":
            return 200, _collection([dict(each) for each in ABROAD])
        return 404, {"code": 404}


def _collection(found: list[dict[str, object]]) -> object:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}, "properties": each}
            for each in found
        ],
    }


@contextmanager
def geocoder() -> Iterator[Geocoder]:
    """Run one on loopback."""
    simulated = Geocoder()

    class Handler(Quiet, BaseHTTPRequestHandler):
        """Answers in JSON."""

        def do_GET(self) -> None:
            """Answer."""
            where = urlsplit(self.path)
            status, body = simulated.answer(
                where.path, {name: values[0] for name, values in parse_qs(where.query).items()}
            )
            sent = b"<html>" if simulated.garbage else json.dumps(body).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)
            except (BrokenPipeError, ConnectionResetError):
                return  # who asked had no patience

    with serving(Handler) as address:
        simulated.url = address
        yield simulated
