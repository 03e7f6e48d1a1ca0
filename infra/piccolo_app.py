"""The floor's Piccolo app: outbox, inbox, mails, audit, idempotency. Read by `halte migrate` and Piccolo's commands."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="infra",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(modules=["infra.tables"]),
)
