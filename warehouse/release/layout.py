"""The SQLite file of a release: tables of the warehouse, by the same names, with the columns that readers need.

So the views are the same too, but for `coverage` and `revisions`: what these make of the ledger and of earlier contents
is stored in tables of their names. Only reports that stand are in a release, nothing personal (see `personal`), and
nothing of our machines and runs.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Enum,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from warehouse.columns import metadata as of_warehouse
from warehouse.reader import RELEASE

# As they are; the other tables are for what is in reports.
LISTS = (
    "dimension region indicator form form_row rule series_definition series_term series_form series_boundary".split()
)
_OTHERS = (
    "portal agency agency_alias label capture report report_address correction observation corrected finding".split()
)

_LEFT_OUT: Mapping[str, frozenset[str]] = {
    "report": frozenset("title index_number document_number publisher openness category header reading_digest".split()),
    "report_address": frozenset({"id"}),
    "capture": frozenset({"file", "file_offset", "record_length"}),  # our archive's files are named by host and process
}
_KEYS = {"report_address": ("report_id", "portal_id", "url", "first_seen")}
# Made when the tables are full, in this order: a set of them has another in each process, and the file other bytes.
INDEXES = (
    "CREATE INDEX ix_observation_figure ON observation (indicator_id, applicant_id, report_id, value, status)",
    "CREATE INDEX ix_report_agency ON report (agency_id, year)",
    "CREATE INDEX ix_report_year ON report (year)",
    "CREATE INDEX ix_finding_report ON finding (report_id)",
)

metadata = MetaData()


def _kept(name: str) -> Table:
    source = of_warehouse.tables[name]
    keys = _KEYS.get(name, [column.name for column in source.primary_key])
    columns = [_column(column, keys) for column in source.columns if column.name not in _LEFT_OUT.get(name, ())]
    made = Table(name, metadata, *columns, *_unique(source), *_links(source), comment=source.comment)
    made.dialect_options["sqlite"]["with_rowid"] = name != "observation"
    return made


def _column(column: Column[object], keys: Collection[str]) -> Column[object]:
    kind: Any = column.type
    plain: Any = Boolean() if isinstance(kind, Boolean) else String() if isinstance(kind, Enum) else kind
    return Column(
        column.name,
        plain,
        primary_key=column.name in keys,
        nullable=column.nullable,
        comment=column.comment,
        autoincrement=False,
    )


def _unique(source: Table) -> Iterator[UniqueConstraint]:
    keys = (one.columns.keys() for one in source.constraints if isinstance(one, UniqueConstraint))
    for names in sorted(keys):  # a set, whose order is another one in the next process
        if not _LEFT_OUT.get(source.name, frozenset()).intersection(names):
            yield UniqueConstraint(*names)


def _links(source: Table) -> Iterator[ForeignKeyConstraint]:
    """The foreign keys to tables that are in a release too."""
    for link in sorted(source.foreign_key_constraints, key=lambda one: tuple(one.column_keys)):
        if link.referred_table.name in (*LISTS, *_OTHERS):
            targets = [element.target_fullname for element in link.elements]
            yield ForeignKeyConstraint(link.column_keys, targets)


release = Table(
    RELEASE,
    metadata,
    Column("version", String, nullable=False),
    Column("data_until", String, nullable=False, comment="UTC day on which the last crawl ended that is in it"),
    Column("withheld", Integer, nullable=False, comment="cells whose text is left out, as it may be personal"),
    Column("withheld_labels", Integer, nullable=False, comment="cells whose printed label is left out likewise"),
    comment="what this release is: one row",
)
tables: Mapping[str, Table] = {name: _kept(name) for name in (*LISTS, *_OTHERS)}
