"""The billing Piccolo app. Read by `halte migrate` and Piccolo's commands."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="billing",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(
        modules=[
            "billing.catalogue.tables",
            "billing.catering.tables",
            "billing.client_terms.tables",
            "billing.ledger.tables",
            "billing.dossiers.tables",
            "billing.quotes.tables",
            "billing.payments.tables",
            "billing.sale_terms.tables",
            "billing.tourist_tax.tables",
        ]
    ),
)
