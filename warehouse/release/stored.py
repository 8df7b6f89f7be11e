"""The views `coverage` and `revisions` as tables of a release: they rest on the ledger and on earlier contents."""

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
from sqlalchemy import BigInteger, Boolean, Column, Connection, Float, Index, MetaData, Table, Text, insert

from schema.catalog import catalog
from schema.records import Status
from warehouse.columns import UtcTime
from warehouse.export.tables import batches, schema_of
from warehouse.release.numbering import Numbering
from warehouse.release.personal import WITHHELD, iso_date, keeps_text, keeps_value

Row = dict[str, Any]
_TYPES: Mapping[pa.DataType, Any] = {
    pa.int64(): BigInteger,
    pa.float64(): Float,
    pa.bool_(): Boolean,
    pa.timestamp("us", "UTC"): UtcTime,
    pa.string(): Text,
}
_LEFT_OUT = frozenset({"from_report_id", "to_report_id"})  # contents that no longer stand are not in a release


def store_view(source: Connection, target: Connection, name: str, numbers: Numbering) -> int:
    """Store what the view gives as a table of its name; the number of texts and figures withheld."""
    schema = schema_of(source, name)
    fields = [field for field in schema if field.name not in _LEFT_OUT]
    table = Table(name, MetaData(), *(Column(field.name, _TYPES[field.type]) for field in fields))
    Index(f"ix_{name}_agency", table.c.agency, table.c.year)
    table.create(target)
    withheld = 0
    for batch in batches(source, name, schema):
        rows = [_renumbered(row, numbers) for row in batch.to_pylist()]
        withheld += sum(map(_CLEAN[name], rows))
        target.execute(insert(table), rows)
    return withheld


def _renumbered(row: Row, numbers: Numbering) -> Row:
    report_id = row.get("report_id")
    links = {"agency_id": numbers.agency[row["agency_id"]]}
    if report_id is not None:
        links["report_id"] = numbers.report[report_id]
    return {name: value for name, value in row.items() if name not in _LEFT_OUT} | links


def _clean_coverage(row: Row) -> int:
    """Of the evidence keep the ledger's own word; what a page or a server says follows after a colon."""
    row["evidence"] = row["evidence"].partition(":")[0]
    row["published_on"] = iso_date(row["published_on"])
    return 0


def _clean_revision(row: Row) -> int:
    return sum(map(_clean_side, (row, row), ("from", "to")))


def _clean_side(row: Row, side: str) -> int:
    """Withhold what may be personal of one side of a change; whether there was such a thing."""
    raw, value = row[f"{side}_raw"], row[f"{side}_value"]
    if raw is None or row["what"] == "form":
        return 0
    if row["what"] == "cell":
        money = catalog().indicators[row["indicator"]].value_type == "money"
        if keeps_text(raw, Status(row[f"{side}_status"])) and keeps_value(value, money):
            return 0
        if not keeps_value(value, money):
            row[f"{side}_value"], row[f"{side}_status"] = None, Status.TEXT.value
    row[f"{side}_raw"] = WITHHELD
    return 1


_CLEAN: Mapping[str, Callable[[Row], int]] = {"coverage": _clean_coverage, "revisions": _clean_revision}
