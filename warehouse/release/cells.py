"""What is in the reports of a release: cells, corrected figures and findings, a few hundred reports at a time."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Float, RowMapping, SmallInteger, cast, insert, select, type_coerce

from schema.records import Status
from warehouse.columns import STATUSES
from warehouse.release import layout
from warehouse.release.numbering import Numbering
from warehouse.release.personal import WITHHELD, keeps_message, keeps_text, keeps_value
from warehouse.tables import corrected, finding, indicator, observation

_REPORTS = 300  # at a time: some 30,000 cells
_TEXT = STATUSES.index(Status.TEXT)
_COLUMNS = "report_id indicator_id applicant_id status unit_id grid grid_row grid_column label_id value raw".split()
_INSERT = f"INSERT INTO observation ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608

Cell = tuple[Any, ...]
Row = dict[str, Any]


class Cells:
    """Copies what is in reports, and knows what it withheld and which labels it needed."""

    def __init__(self, source: Connection, target: Connection, numbers: Numbering) -> None:
        self.withheld = self.withheld_labels = 0
        self.labels: set[int] = set()
        self._source, self._target, self._numbers = source, target, numbers
        self._findings = 0
        self._money = _money_indicators(source)

    def copy(self) -> Iterator[int]:
        """Copy everything; gives the number of reports after each step."""
        reports = list(self._numbers.report)
        for start in range(0, len(reports), _REPORTS):
            some = reports[start : start + _REPORTS]
            cells = sorted(map(self._cell, self._source.execute(_cells_of(self._source, some))))
            self._target.connection.executemany(_INSERT, cells)
            self._insert("corrected", self._corrected(some))
            self._insert("finding", self._found(some))
            yield min(start + _REPORTS, len(reports))

    def _insert(self, table: str, rows: Sequence[Row]) -> None:
        if rows:  # an empty list would insert one row of defaults
            self._target.execute(insert(layout.tables[table]), rows)

    def _cell(self, row: Sequence[Any]) -> Cell:
        report_id, indicator_id, applicant_id, status, unit_id, *place, label_id, value, raw = row
        money = indicator_id in self._money
        if not _stays(raw, status, value, money):
            self.withheld += 1
            raw = WITHHELD
            if not keeps_value(value, money):
                value, status = None, _TEXT
        numbers = self._numbers
        label, unit = numbers.label[label_id], None if unit_id is None else numbers.label[unit_id]
        self.labels.update((label,) if unit is None else (label, unit))
        self.withheld_labels += numbers.label_texts[label - 1] == WITHHELD
        key = numbers.report[report_id], numbers.indicator[indicator_id], numbers.dimension[applicant_id]
        return *key, status, unit, *place, label, value, raw

    def _corrected(self, reports: Sequence[int]) -> list[Row]:
        numbers = self._numbers
        found = self._source.execute(select(corrected).where(corrected.c.report_id.in_(reports))).mappings()
        rows = [
            dict(row)
            | {
                "report_id": numbers.report[row["report_id"]],
                "indicator_id": numbers.indicator[row["indicator_id"]],
                "applicant_id": numbers.dimension[row["applicant_id"]],
                "correction_id": numbers.correction[row["correction_id"]],
            }
            for row in found
        ]
        return sorted(rows, key=lambda row: (row["report_id"], row["indicator_id"], row["applicant_id"]))

    def _found(self, reports: Sequence[int]) -> list[Row]:
        found = self._source.execute(select(finding).where(finding.c.report_id.in_(reports))).mappings()
        rows = sorted(map(self._finding, found), key=_finding_order)
        for row in rows:
            self._findings += 1
            row["id"] = self._findings
        return rows

    def _finding(self, row: RowMapping) -> Row:
        message = row["message"] if keeps_message(row["rule"], row["message"]) else ""
        return dict(row) | {"report_id": self._numbers.report[row["report_id"]], "message": message}


def _cells_of(source: Connection, reports: Sequence[int]) -> Any:
    as_plain = {"value": cast(observation.c.value, Float), "status": type_coerce(observation.c.status, SmallInteger)}
    columns = (as_plain.get(name, observation.c[name]) for name in _COLUMNS)
    return select(*columns).where(observation.c.report_id.in_(reports))


def _money_indicators(source: Connection) -> frozenset[int]:
    return frozenset(source.scalars(select(indicator.c.id).where(indicator.c.value_type == "money")))


@lru_cache(maxsize=65_536)
def _stays(raw: str, status: int, value: float | None, money: bool) -> bool:
    return keeps_text(raw, STATUSES[status]) and keeps_value(value, money)


def _finding_order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["report_id"], row["rule"], row["severity"], row["message"], json.dumps(row["cells"])
