"""Agencies side by side over the years. What is compared stands in the address, so that a link is the whole state."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from warehouse.explorer.asking import Row, row, rows
from warehouse.explorer.charts import Line, Point, line_chart
from warehouse.explorer.search import find_agencies, find_meanings

MOST_AGENCIES, MOST_CODES = 8, 4
_FIRST, _LAST = 2008, 2100

_SERIES = """
SELECT year, value, origin AS status, break_before, unit, unit_zh, report_id, label_zh, label_en
FROM base.series WHERE agency_id = :agency AND series = :code AND year BETWEEN :first AND :last ORDER BY year
"""
_INDICATOR = """
SELECT year, value, status, break_before, unit, unit_zh, report_id, label_zh, label_en
FROM panel WHERE agency_id = :agency AND indicator = :code AND year BETWEEN :first AND :last ORDER BY year
"""
_CHOICES = """
SELECT code, label_zh, label_en, 0 AS is_indicator FROM series_definition
UNION ALL SELECT code, label_zh, label_en, 1 FROM indicator
"""
_EXACT = f"SELECT code FROM ({_CHOICES}) WHERE code = ?"  # noqa: S608
COLUMNS = (
    "code",
    "label_zh",
    "label_en",
    "agency_id",
    "agency",
    "year",
    "value",
    "status",
    "unit",
    "unit_zh",
    "break_before",
    "report_id",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What to compare: numbers of agencies, codes of indicators or series, and years from `first` to `last`."""

    agencies: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    first: int = _FIRST
    last: int = _LAST

    @classmethod
    def of(cls, values: Mapping[str, Sequence[str]]) -> "Asked":
        """From an address; what makes no sense there is left out."""
        agencies = dict.fromkeys(int(v) for v in values.get("a", ()) if v.isascii() and v.isdecimal() and len(v) < 10)
        codes = dict.fromkeys(v for v in values.get("c", ()) if v)
        first, last = (_year(values.get(name, ()), default) for name, default in (("from", _FIRST), ("to", _LAST)))
        return cls(tuple(agencies)[:MOST_AGENCIES], tuple(codes)[:MOST_CODES], first, last)

    @property
    def query(self) -> str:
        """The address's query that says the same."""
        pairs: list[tuple[str, object]] = [("a", each) for each in self.agencies] + [("c", each) for each in self.codes]
        pairs += [("from", self.first)] if self.first != _FIRST else []
        pairs += [("to", self.last)] if self.last != _LAST else []
        return urlencode(pairs)

    def without(self, *, agency: int | None = None, code: str | None = None) -> "Asked":
        """The same without an agency or a code."""
        agencies = tuple(each for each in self.agencies if each != agency)
        return replace(self, agencies=agencies, codes=tuple(each for each in self.codes if each != code))


def _year(given: Sequence[str], default: int) -> int:
    text = given[0] if given else ""
    return min(max(int(text), _FIRST), _LAST) if text.isascii() and text.isdecimal() and len(text) == 4 else default


def add(connection: sqlite3.Connection, asked: Asked, name: str, meaning: str) -> Asked:
    """With the agency and the indicator that typed names come closest to, where they come close to any."""
    agencies = find_agencies(connection, name, limit=1)
    exact = row(connection, _EXACT, (meaning.rpartition(" ")[2],))  # as the list of proposals writes it
    meanings = [exact] if exact else find_meanings(connection, meaning)[:1]
    return Asked(
        tuple(dict.fromkeys((*asked.agencies, *(each["agency_id"] for each in agencies))))[:MOST_AGENCIES],
        tuple(dict.fromkeys((*asked.codes, *(each["code"] for each in meanings))))[:MOST_CODES],
        asked.first,
        asked.last,
    )


def compare(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    """The figures with a chart and a table for each indicator."""
    names = _names(connection, asked)
    known = replace(asked, agencies=tuple(names))
    figures = compared(connection, known, names)
    return {
        "asked": known,
        "names": names,
        "choices": rows(connection, _CHOICES),
        "panels": [panel for code in known.codes if (panel := _panel(code, figures, names))],
        "most": (MOST_AGENCIES, MOST_CODES),
    }


def figures_for(connection: sqlite3.Connection, asked: Asked) -> list[Row]:
    """The figures alone, in the order of `COLUMNS`, for a download."""
    names = _names(connection, asked)
    return [
        {name: each[name] for name in COLUMNS}
        for each in compared(connection, replace(asked, agencies=tuple(names)), names)
    ]


def compared(connection: sqlite3.Connection, asked: Asked, names: Mapping[int, str]) -> list[Row]:
    """Every figure of what is compared: by code, agency and year."""
    series = {each["code"] for each in rows(connection, "SELECT code FROM series_definition")}
    found: list[Row] = []
    for code in asked.codes:
        for agency in asked.agencies:
            values = {"agency": agency, "code": code, "first": asked.first, "last": asked.last}
            own = rows(connection, _SERIES if code in series else _INDICATOR, values)
            found += [each | {"code": code, "agency_id": agency, "agency": names[agency]} for each in own]
    return found


def _names(connection: sqlite3.Connection, asked: Asked) -> dict[int, str]:
    found = (
        (agency, row(connection, "SELECT name FROM card WHERE agency_id = ?", (agency,))) for agency in asked.agencies
    )
    return {agency: each["name"] for agency, each in found if each}


def _panel(code: str, figures: Sequence[Row], names: Mapping[int, str]) -> dict[str, Any] | None:
    own = [each for each in figures if each["code"] == code]
    if not own:
        return None
    years = sorted({each["year"] for each in own})
    by_place = {(each["agency_id"], each["year"]): each for each in own}
    lines = [
        Line(
            name,
            [Point(e["year"], e["value"], bool(e["break_before"])) for y in years if (e := by_place.get((agency, y)))],
        )
        for agency, name in names.items()
    ]
    first = own[-1]
    return {
        "code": code,
        "label_zh": first["label_zh"],
        "label_en": first["label_en"],
        "unit": first["unit"],
        "unit_zh": first["unit_zh"],
        "years": years,
        "svg": line_chart(f"{first['label_zh']}：{'、'.join(names.values())}", lines, first["unit"] or ""),
        "table": [(agency, name, [by_place.get((agency, year)) for year in years]) for agency, name in names.items()],
    }
