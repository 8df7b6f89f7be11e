"""An agency: who it is, its reports by year, its figures over time and among those of its peers."""

import sqlite3
from typing import Any

from warehouse.explorer.asking import Row, loaded, row, rows
from warehouse.explorer.charts import Line, Point, line_chart
from warehouse.explorer.figures import MAIN_SERIES

_YEARS = """
SELECT e.*, r.cells, r.reported, r.revision, r.composed_on,
    (SELECT COUNT(*) FROM finding f WHERE f.report_id = r.id AND f.severity <> 'info') AS findings
FROM expected e LEFT JOIN report r ON r.id = e.report_id
WHERE e.agency_id = ? ORDER BY e.year DESC
"""
_FINDINGS = """
SELECT q.year, q.rule, q.severity, q.rule_zh, q.rule_en, q.message, q.findings, q.report_id
FROM quality q WHERE q.agency_id = ? ORDER BY q.year DESC, q.severity, q.rule
"""
_SERIES = """
SELECT series, label_zh, label_en, year, value, origin, unit, unit_zh, break_before, note
FROM base.series WHERE agency_id = ? ORDER BY year
"""
_PEERS = """
SELECT p.code, d.label_zh, d.label_en, p.year, p.value, COALESCE(MAX(f.is_share), 0) AS is_share,
    (SELECT COUNT(*) FROM peer q WHERE q.code = p.code AND q.year = p.year AND q.level = p.level
        AND q.sector = p.sector) AS peers,
    (SELECT COUNT(*) + 1 FROM peer q WHERE q.code = p.code AND q.year = p.year AND q.level = p.level
        AND q.sector = p.sector AND q.value > p.value) AS place
FROM peer p
JOIN series_definition d ON d.code = p.code
LEFT JOIN series_form f ON f.series = p.code
WHERE p.agency_id = :agency AND p.year = (SELECT MAX(year) FROM peer WHERE agency_id = :agency AND code = p.code)
GROUP BY p.code HAVING peers > 2 ORDER BY d.position
"""
_EDITED = "SELECT * FROM edited WHERE agency_id = ? ORDER BY changed_at DESC LIMIT 20"


def agency(connection: sqlite3.Connection, agency_id: int) -> dict[str, Any] | None:
    """All that the page shows; None where there is no such agency."""
    card = row(connection, "SELECT * FROM card WHERE agency_id = ?", (agency_id,))
    if card is None:
        return None
    aliases = "SELECT name, source FROM agency_alias WHERE agency_id = ? ORDER BY name"
    sector = "SELECT label_zh, label_en FROM dimension WHERE dimension = 'sector' AND code = ?"
    parent = "SELECT p.id, p.name FROM agency a JOIN agency p ON p.id = a.parent_id WHERE a.id = ?"
    return {
        "card": card | {"years": loaded(card["years"])},
        "sector": row(connection, sector, (card["sector"],)),
        "parent": row(connection, parent, (agency_id,)),
        "aliases": rows(connection, aliases, (agency_id,)),
        "years": rows(connection, _YEARS, (agency_id,)),
        "charts": charts(connection, agency_id),
        "peers": rows(connection, _PEERS, {"agency": agency_id}),
        "findings": rows(connection, _FINDINGS, (agency_id,)),
        "edited": rows(connection, _EDITED, (agency_id,)),
    }


def charts(connection: sqlite3.Connection, agency_id: int) -> list[Row]:
    """The main series that have a figure, each drawn, with the points it is made of."""
    by_code: dict[str, list[Row]] = {}
    for point in rows(connection, _SERIES, (agency_id,)):
        by_code.setdefault(point["series"], []).append(point)
    wanted = [code for code in MAIN_SERIES if any(p["value"] is not None for p in by_code.get(code, ()))]
    return [_chart(code, by_code[code]) for code in wanted]


def _chart(code: str, points: list[Row]) -> Row:
    first = points[0]
    line = Line(first["label_zh"], [Point(p["year"], p["value"], bool(p["break_before"])) for p in points])
    title = f"{first['label_zh']} {points[0]['year']}–{points[-1]['year']}"
    svg = line_chart(title, [line], first["unit"] or "")
    return {
        "code": code,
        "points": points,
        "svg": svg,
        **{name: first[name] for name in ("label_zh", "label_en", "unit", "unit_zh")},
    }
