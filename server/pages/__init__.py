"""The public pages: what clients and arriving guests open in a browser."""

from collections.abc import Sequence

from litestar import Controller

from server.pages.assets import AssetController
from server.pages.contact import ContactController
from server.pages.thread import ThreadController

HANDLERS: Sequence[type[Controller]] = (
    AssetController,
    ContactController,
    ThreadController,
)
"""What `create_app` serves."""
