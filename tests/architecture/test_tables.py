"""The tables as the migrations make them: declared, known to Piccolo as they are, and named by the rule."""

import asyncpg
from piccolo.columns import Column as PiccoloColumn
from piccolo.conf.apps import AppRegistry
from piccolo.table import Table

from tests.architecture.catalogue import KINDS, Constraint, columns, constraints, tables

PICCOLOS_OWN = {"migration"}
"""Made by Piccolo itself, with its own defaults."""

GENERATED_DEFAULTS = {
    "accounts.list_columns",
    "arrival_settings.pre_check_in_days",
    "client_words.initials",
    "client_words.pairs",
    "client_words.sort_key",
    "client_words.triples",
    "clients.anonymised",
    "clients.further_information",
    "clients.languages",
    "clients.origin",
    "clients.segmentation",
    "clients.sms_consent_source",
    "clients.sms_consent_text",
    "code_list_values.by_network",
    "dossier_lines.explanation",
    "dossier_lines.reasons",
    "guest_links.mailed_to",
    "identity_link_runs.proposed",
    "identity_models.labels",
    "identity_models.trainer",
}
"""Columns that the database fills, since what writes the row knows nothing of them yet."""

NAMED_FOR_THE_IDEA = {
    "bed_holds_holder_check",  # a stay or a withdrawal, never both
    "bed_holds_nights_check",
    "bed_holds_no_overlap",  # decided.md names it so; errors are translated by it
    "client_blacklistings_lifted_check",
    "dossiers_processed_check",
    "enquiries_counts_check",
    "identity_links_undone_check",
    "identity_proposals_order_check",
    "stays_counts_check",
    "stays_nights_check",
    "withdrawals_days_check",
}
"""Constraints over several columns that are named for what they say of them together."""

NAMED_FOR_THE_CONDITION = {
    "checkout_sessions_centre_id_link_id_live_unique",
    "quotes_centre_id_dossier_id_accepted_unique",
}
"""Partial unique indexes: their columns, then the condition."""

TYPES = {
    "timestamp with time zone": "TIMESTAMPTZ",
    # Piccolo has no such type; what it writes is one character.
    '"char"': "TEXT",
}


def piccolo_tables() -> dict[str, type[Table]]:
    """Return the Piccolo tables of the three apps, as Piccolo's own commands find them."""
    registry = AppRegistry(apps=["infra.piccolo_app", "tenants.piccolo_app", "billing.piccolo_app"])
    found = [table for app in registry.app_configs.values() for table in app.table_classes]
    names = [table._meta.tablename for table in found]
    assert sorted(names) == sorted(set(names))
    return dict(zip(names, found, strict=True))


async def test_every_table_is_declared_once(superuser: asyncpg.Connection) -> None:
    there = set(await tables(superuser))
    declared = [name for names in KINDS.values() for name in names]

    assert sorted(there - set(declared)) == []
    assert sorted(set(declared) - there) == []
    assert len(declared) == len(set(declared))


async def test_piccolo_knows_every_table_and_no_other(superuser: asyncpg.Connection) -> None:
    assert sorted(set(await tables(superuser)) - PICCOLOS_OWN) == sorted(piccolo_tables())


async def test_piccolo_knows_every_column_as_it_is(superuser: asyncpg.Connection) -> None:
    there = await columns(superuser)
    wrong = []
    for name, table in piccolo_tables().items():
        known: dict[str, PiccoloColumn] = {column._meta.db_column_name: column for column in table._meta.columns}
        wrong += [
            f"{name}.{column}: {'only Piccolo' if column in known else 'only the database'} has it"
            for column in sorted(known.keys() ^ there[name].keys())
        ]
        for column in known.keys() & there[name].keys():
            ours, theirs = known[column], there[name][column]
            type_ = TYPES.get(theirs.type, theirs.type.upper())
            if ours.column_type.replace("VARCHAR", "TEXT") != type_:
                wrong.append(f"{name}.{column}: {ours.column_type}, not {type_}")
            if ours._meta.null != theirs.nullable:
                wrong.append(f"{name}.{column}: the database says {'NULL' if theirs.nullable else 'NOT NULL'}")
    assert wrong == []


async def test_nothing_that_was_forgotten_is_made_up(superuser: asyncpg.Connection) -> None:
    invented = {
        f"{name}.{column}"
        for name, found in (await columns(superuser)).items()
        for column, what in found.items()
        if what.default and name not in PICCOLOS_OWN
    }
    by_piccolo = {
        f"{name}.{column._meta.name}"
        for name, table in piccolo_tables().items()
        for column in table._meta.columns
        if getattr(column, "default", None) is not None
    }
    assert invented == GENERATED_DEFAULTS
    assert by_piccolo == set()


def named_by_the_rule(constraint: Constraint) -> bool:
    """Say whether a name is `<table>_<columns>_<kind>`; the centre that leads every tenant's key goes without saying."""
    kind = {"c": "check", "f": "fk", "u": "unique", "i": "unique", "x": "no_overlap"}[constraint.kind]
    keys = constraint.columns
    spellings = {"_".join(keys)} | ({"_".join(keys[1:])} if keys[:1] == ("centre_id",) else set())
    if constraint.kind == "c":
        # A check is named for the column it is about; the others are what it is compared with.
        spellings |= set(keys)
    return constraint.name in {f"{constraint.table}_{spelling}_{kind}" for spelling in spellings}


async def test_constraints_are_named_for_table_columns_and_kind(superuser: asyncpg.Connection) -> None:
    exceptions = NAMED_FOR_THE_IDEA | NAMED_FOR_THE_CONDITION
    found = await constraints(superuser)

    assert [each.name for each in found if each.name not in exceptions and not named_by_the_rule(each)] == []
    assert sorted(exceptions - {each.name for each in found if not named_by_the_rule(each)}) == []


def test_the_apps_are_not_loaded_by_what_serves() -> None:
    """Piccolo's apps import every table: `halte migrate` does, a start of the server or a worker need not."""
    import subprocess
    import sys

    code = "import sys, server.app, workers.subscriptions; print([n for n in sys.modules if n.endswith('piccolo_app')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
