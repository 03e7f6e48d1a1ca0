"""The tenants Piccolo app."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(
    app_name="tenants", migrations_folder_path=str(Path(__file__).parent / "migrations"), table_classes=[]
)
