"""Find one report and all that is known of it: figures, findings, addresses, the bytes it was read from."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, Table, select

from schema.catalog import FormRow, Indicator, catalog
from schema.records import Finding, LocalRow, Observation, Place, Report
from warehouse import tables
from warehouse.archive import Location
from warehouse.errors import WarehouseError
from warehouse.rows import read_observations

_AT_MOST = 5  # names that a refusal lists


@dataclass(frozen=True, slots=True)
class Line:
    """An observation, what its indicator means, and the row of the form, None if it no longer prints it.

    The value is the corrected one where there is a correction; then a finding says so.
    """

    observation: Observation
    indicator: Indicator
    row: FormRow | None


@dataclass(frozen=True, slots=True)
class Address:
    """A page that shows the report."""

    portal_id: str
    url: str


@dataclass(frozen=True, slots=True)
class StoredReport:
    """The current report of an agency and year. The observations are in the order of the form.

    `valid_from` is when we first saw this content; `url`, `fetched_at`, `digest` and `location` are of
    the capture it was read from.
    """

    report: Report
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    addresses: tuple[Address, ...]
    revision: int
    valid_from: datetime
    reader_version: str
    url: str
    fetched_at: datetime
    digest: str
    location: Location


def find_report(engine: Engine, agency: str, year: int) -> StoredReport:
    """The current report of an agency, named in full or by a part of its name that only one agency has.

    Raises WarehouseError, which lists what there is instead, when there is none.
    """
    with engine.connect() as connection:
        names = connection.scalars(select(tables.agency.c.name).order_by(tables.agency.c.name)).all()
        name = _pick(agency, names)
        return _stored(connection, _row(connection, name, year))


def _pick(wanted: str, names: Sequence[str]) -> str:
    if wanted in names:
        return wanted
    parts = [name for name in names if wanted in name]
    if len(parts) == 1:
        return parts[0]
    if parts:
        raise WarehouseError(f"{len(parts)} agencies have {wanted} in their name; say which: {_list(parts)}")
    close = difflib.get_close_matches(wanted, names, _AT_MOST, cutoff=0.4)
    hint = f"; close to it: {_list(close)}" if close else ""
    raise WarehouseError(f"no agency of the warehouse is called {wanted}{hint}")


def _list(names: Sequence[str]) -> str:
    more = len(names) - _AT_MOST
    return "、".join(names[:_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _row(connection: Connection, name: str, year: int) -> RowMapping:
    report, agency, capture = tables.report, tables.agency, tables.capture
    of_capture = (capture.c.url, capture.c.fetched_at, capture.c.digest)
    place = (capture.c.file, capture.c.file_offset, capture.c.record_length)
    query = select(report, agency.c.name, agency.c.credit_code, agency.c.region, *of_capture, *place)
    current = query.join(agency).join(capture).where(agency.c.name == name, report.c.is_current)
    rows = {row["year"]: row for row in connection.execute(current.order_by(report.c.year)).mappings()}
    if year not in rows:
        years = ", ".join(map(str, rows)) or "none"
        raise WarehouseError(f"the warehouse has no report of {name} for {year}; years it has: {years}")
    return rows[year]


def _stored(connection: Connection, row: RowMapping) -> StoredReport:
    lines = sorted(_lines(connection, row), key=_order)
    local_rows = _of(connection, tables.local_row, row["id"], "position")
    report = Report(
        title=row["title"],
        agency=row["name"],
        year=row["year"],
        form=row["form"],
        header=row["header"],
        observations=tuple(line.observation for line in lines),
        local_rows=tuple(map(_local_row, local_rows)),
        credit_code=row["credit_code"],
        region=row["region"],
    )
    return StoredReport(
        report,
        tuple(lines),
        tuple(_finding(f) for f in _of(connection, tables.finding, row["id"], "id")),
        tuple(_addresses(connection, row["id"])),
        row["revision"],
        row["valid_from"],
        row["reader_version"],
        row["url"],
        row["fetched_at"],
        row["digest"],
        Location(row["file"], row["file_offset"], row["record_length"]),
    )


def _of(connection: Connection, table: Table, report_id: int, order: str) -> Sequence[RowMapping]:
    return connection.execute(select(table).where(table.c.report_id == report_id).order_by(order)).mappings().all()


def _lines(connection: Connection, row: RowMapping) -> Iterator[Line]:
    lists = catalog()
    asked = {asking.indicator: asking for asking in lists.forms[row["form"]].rows} if row["form"] else {}
    for entry in read_observations(connection, row["id"]):
        yield Line(entry, lists.indicators[entry.indicator], asked.get(entry.indicator))


def _order(line: Line) -> tuple[str, int, int]:
    applicants = catalog().members("applicant")
    section, position = (line.row.section, line.row.order) if line.row else ("~", 0)  # sorts last
    return section, position, applicants.index(line.observation.applicant)


def _local_row(row: RowMapping) -> LocalRow:
    place = Place(row["grid"], row["grid_row"], row["grid_column"])
    return LocalRow(row["label"], tuple(row["cells"]), place)


def _finding(row: RowMapping) -> Finding:
    return Finding(row["rule"], row["severity"], row["message"], tuple((i, a) for i, a in row["cells"]))


def _addresses(connection: Connection, report_id: int) -> Iterator[Address]:
    address = tables.report_address
    shown = select(address.c.portal_id, address.c.url).where(address.c.report_id == report_id)
    for row in connection.execute(shown.where(address.c.left_at.is_(None)).order_by(address.c.url)):
        yield Address(row.portal_id, row.url)
