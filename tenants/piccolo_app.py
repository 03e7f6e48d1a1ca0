"""The tenants Piccolo app. Read by `halte migrate` and Piccolo's commands."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="tenants",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(
        modules=[
            "tenants.centres.tables",
            "tenants.accounts.tables",
            "tenants.code_lists.tables",
            "tenants.clients.tables",
            "tenants.imports.tables",
            "tenants.connections.tables",
            "tenants.referential.tables",
            "tenants.rooms.tables",
            "tenants.stays.tables",
            "tenants.person_nights.tables",
            "tenants.arrivals.tables",
            "tenants.rooming.tables",
            "tenants.meals.tables",
            "tenants.housekeeping.tables",
            "tenants.enquiries.tables",
            "tenants.tasks.tables",
            "tenants.openings.tables",
            "tenants.segments.tables",
            "tenants.retention.tables",
            "tenants.satisfaction.tables",
            "tenants.text_messages.tables",
        ]
    ),
)
