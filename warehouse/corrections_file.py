"""The list of corrections: a CSV file, read strictly. `data/corrections.md` says what its columns mean.

A correction that is misspelt must not be one that never applies, so whatever is not understood is an error, in one
line that names the file and the line.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from schema.catalog import catalog
from warehouse.errors import WarehouseError
from warehouse.results import Expect

_COLUMNS = ("agency", "year", "indicator", "applicant", "was", "is", "reason", "expect")
_YEAR = re.compile(r"20\d\d", re.ASCII)
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Correction:
    """A cell that is known to be wrong: `was` is the text it prints, `value` the right number, None if unknown.

    `value` is in the unit of the cell. `expect` says what the report that stands should print in it.
    """

    agency: str
    year: int
    indicator: str
    applicant: str
    was: str
    value: Decimal | None
    reason: str
    expect: Expect


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Read the list. Raises WarehouseError for a file that is not there and for the first line that is wrong."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return _unique(path, _lines(path, file))
    except OSError as error:
        raise WarehouseError(f"{path}: cannot be read: {error.strerror}; --corrections names another list") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise WarehouseError(f"{path}: not CSV in UTF-8: {error}") from error


def _lines(path: Path, file: TextIO) -> Iterator[tuple[str, Correction]]:
    """Each correction with where it stands; the first line must be the header."""
    rows = csv.reader(file, strict=True)
    _require(str(path), tuple(next(rows, ())) == _COLUMNS, f"the first line must be {','.join(_COLUMNS)}")
    for row in rows:
        where = f"{path}:{rows.line_num}"
        _require(where, len(row) == len(_COLUMNS), f"{len(_COLUMNS)} fields expected, not {len(row)}")
        yield where, _correction(where, row)


def _correction(where: str, row: Sequence[str]) -> Correction:
    agency, year, indicator, applicant, was, right, reason, expect = row
    known = (
        (_YEAR.fullmatch(year), f"year: '{year}' is no year"),
        (indicator in catalog().indicators, f"indicator: there is no '{indicator}'"),
        (applicant in catalog().members("applicant"), f"applicant: there is no '{applicant}'"),
        (not right or _NUMBER.fullmatch(right), f"is: '{right}' is no plain number"),
        (expect in list(Expect), f"expect: '{expect}' is neither of {', '.join(Expect)}"),
    )
    for is_known, otherwise in known:
        _require(where, bool(is_known), otherwise)
    for name, value in (("agency", agency), ("reason", reason)):
        _require(where, bool(value) and value == value.strip(), f"{name}: empty, or blanks around it")
    number = Decimal(right) if right else None
    return Correction(agency, int(year), indicator, applicant, was, number, reason, Expect(expect))


def _unique(path: Path, lines: Iterator[tuple[str, Correction]]) -> tuple[Correction, ...]:
    cells: dict[tuple[str, int, str, str], Correction] = {}
    for where, one in lines:
        cell = (one.agency, one.year, one.indicator, one.applicant)
        _require(where, cell not in cells, f"a second correction of {' '.join(map(str, cell))}")
        cells[cell] = one
    return tuple(cells.values())


def _require(where: str, ok: bool, otherwise: str) -> None:
    if not ok:
        raise WarehouseError(f"{where}: {otherwise}")
