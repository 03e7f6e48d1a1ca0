"""What Piccolo reads (`PICCOLO_CONF=infra.piccolo_conf`): the engine, and the three apps in the order they migrate."""

from piccolo.conf.apps import AppRegistry

from infra.database import DB as DB

APP_REGISTRY = AppRegistry(apps=["infra.piccolo_app", "tenants.piccolo_app", "billing.piccolo_app"])
