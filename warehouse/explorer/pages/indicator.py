"""An indicator or a series: what it means, where it is printed, and its figures over the whole country."""

import sqlite3
from itertools import pairwise
from typing import Any

from warehouse.explorer.asking import Row, row, rows
from warehouse.explorer.charts import Line, Point, bar_chart, line_chart
from warehouse.explorer.statistics import COUNTS, SHARES
from warehouse.explorer.words import BREAKS, SHARE, number

_FORM_ROWS = """
SELECT f.form, w.notice, w.first_report_year, w.last_report_year, f.section, f.number, f.label_zh, f.remark,
    f.column_label, f.unit_zh, f.comparability
FROM form_row f JOIN form w ON w.name = f.form WHERE f.indicator = ? ORDER BY f.form, f.position
"""
_SERIES_FORMS = """
SELECT f.form, w.first_report_year, w.last_report_year, f.is_share,
    CASE f.form WHEN '2014' THEN d.formula_2014 WHEN '2019' THEN d.formula_2019 ELSE d.formula_2021 END AS formula
FROM series_form f JOIN form w ON w.name = f.form JOIN series_definition d ON d.code = f.series
WHERE f.series = ? ORDER BY f.form
"""
_UNIT_OF_SERIES = """
SELECT i.unit, i.unit_zh FROM series_form f JOIN indicator i ON i.id = f.indicator_id
WHERE f.series = ? ORDER BY f.form DESC LIMIT 1
"""
_EXTREMES = """
SELECT e.side, e.place, e.value, e.report_id, e.agency_id, k.name, k.region_name
FROM extreme e JOIN card k ON k.agency_id = e.agency_id WHERE e.code = ? AND e.year = ? ORDER BY e.side, e.place
"""
_LISTED = """
SELECT i.code, i.parent, i.label_zh, i.label_en, i.unit_zh, i.first_year, i.last_year,
    (SELECT SUM(n.numbers) FROM national n WHERE n.code = i.code) AS numbers
FROM indicator i ORDER BY i.id
"""
_SERIES_LISTED = """
SELECT s.code, s.label_zh, s.label_en, s.do_not_join, s.comparability_2018_2019, s.comparability_2020_2021,
    (SELECT SUM(n.numbers) FROM national n WHERE n.code = s.code) AS numbers
FROM series_definition s ORDER BY s.position
"""


def indicators(connection: sqlite3.Connection) -> dict[str, Any]:
    """The whole list, indicators in groups by the first word of their code."""
    groups: dict[str, list[Row]] = {}
    for each in rows(connection, _LISTED):
        groups.setdefault(each["code"].split(".")[0], []).append(each | {"depth": each["code"].count(".")})
    return {"groups": groups, "series": rows(connection, _SERIES_LISTED)}


def indicator(connection: sqlite3.Connection, code: str, year: int | None = None) -> dict[str, Any] | None:
    """All that the page shows, its distribution in a year; None where neither list has the code."""
    meaning = row(connection, "SELECT * FROM indicator WHERE code = ?", (code,))
    if meaning is not None:
        forms = rows(connection, _FORM_ROWS, (code,))
        new = {each["first_report_year"] for each in forms if each["comparability"] != "exact"} | _exact_ends(forms)
        return {
            "kind": "indicator",
            "meaning": meaning,
            "forms": forms,
            **_figures(connection, code, meaning["unit"], new, year),
        }
    meaning = row(connection, "SELECT * FROM series_definition WHERE code = ?", (code,))
    if meaning is None:
        return None
    forms = rows(connection, _SERIES_FORMS, (code,))
    unit = row(connection, _UNIT_OF_SERIES, (code,)) or {"unit": "", "unit_zh": ""}
    if any(each["is_share"] for each in forms):
        unit = {"unit": SHARE, "unit_zh": "比"}
    found = _figures(connection, code, unit["unit"], _series_breaks(meaning), year)
    return {"kind": "series", "meaning": meaning | unit, "forms": forms, **found}


def _exact_ends(forms: list[Row]) -> set[int]:
    """First years of the forms that follow one whose row is not exactly comparable."""
    return {later["first_report_year"] for one, later in pairwise(forms) if one["comparability"] != "exact"}


def _series_breaks(meaning: Row) -> set[int]:
    said = {2019: meaning["comparability_2018_2019"], 2021: meaning["comparability_2020_2021"]}
    return {year for year in BREAKS if said.get(year) in ("close", "broken")}


def _figures(
    connection: sqlite3.Connection, code: str, unit: str, breaks: set[int], year: int | None
) -> dict[str, Any]:
    national = rows(connection, "SELECT * FROM national WHERE code = ? ORDER BY year", (code,))
    years = [each["year"] for each in national if each["numbers"]]
    chosen = year if year in years else years[-1] if years else None
    counts = {
        r["bin"]: r["agencies"]
        for r in rows(connection, "SELECT bin, agencies FROM histogram WHERE code = ? AND year = ?", (code, chosen))
    }
    bars = _bars(counts, unit)
    return {
        "unit": unit,
        "national": national,
        "breaks": breaks,
        "years": years,
        "year": chosen,
        "charts": _charts(national, unit, breaks),
        "bars": bars,
        "distribution": bar_chart(f"{chosen} 年分布 distribution", bars),
        "extremes": rows(connection, _EXTREMES, (code, chosen)),
    }


def _charts(national: list[Row], unit: str, breaks: set[int]) -> list[tuple[str, str, str]]:
    def points(name: str) -> list[Point]:
        return [Point(each["year"], each[name], each["year"] in breaks) for each in national]

    band = {each["year"]: (each["p25"], each["p75"]) for each in national if each["p25"] is not None}
    median = (
        "中位数与四分位区间",
        "median and quartiles",
        line_chart("中位数 median", [Line("中位数", points("p50"), band)], unit),
    )
    if unit == SHARE:
        return [median]
    total = (
        "全国合计（已读到的报告）",
        "sum of the reports that were read",
        line_chart("合计 sum", [Line("合计", points("sum"))], unit),
    )
    return [total, median]


def _bars(counts: dict[int, int], unit: str) -> list[tuple[str, int]]:
    """The bins from the first to the last that is not empty, by name."""
    if not counts:
        return []
    return [(_bin(n, unit), counts.get(n, 0)) for n in range(min(counts), max(counts) + 1)]


def _bin(place: int, unit: str) -> str:
    bounds: tuple[float, ...] = SHARES if unit == SHARE else COUNTS
    if place == 0:
        return "< 0"
    if place == 1:
        return number(bounds[0], unit)
    if place > len(bounds):
        return f"> {number(bounds[-1], unit)}"
    low, high = bounds[place - 2], bounds[place - 1]
    if unit in (SHARE, "cny_10k"):
        return f"> {number(low, unit)} – {number(high, unit)}"
    return number(high) if high == low + 1 else f"{number(low + 1)} – {number(high)}"
