"""The model that a network begins with; its own, once trained, takes its place."""

from importlib.resources import files
from typing import Final

import msgspec

from tenants.referential.matching.model import Model

MODEL: Final = msgspec.json.decode(
    files("tenants.referential.matching").joinpath("first_model.json").read_bytes(), type=Model
)
"""Learnt from 100,000 cards of French group accommodation as old systems export them, none of a real person."""
