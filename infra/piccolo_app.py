"""The floor's Piccolo app: outbox, inbox, mails, audit, idempotency."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(
    app_name="infra", migrations_folder_path=str(Path(__file__).parent / "migrations"), table_classes=[]
)
