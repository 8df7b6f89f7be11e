"""The first page: what is here, how far it reaches by province and year, and what came last."""

import sqlite3
from typing import Any

from warehouse.explorer.asking import Row, row, rows

_COUNTS = """
SELECT province, year, SUM(agencies) AS expected,
    SUM(CASE WHEN status IN ('reported', 'late') THEN agencies ELSE 0 END) AS reported
FROM coverage_count GROUP BY province, year ORDER BY province, year
"""
_RECENT = """
SELECT k.name, r.agency_id, r.year, r.report_id, r.revision, r.seen_at
FROM recent r JOIN card k ON k.agency_id = r.agency_id ORDER BY r.seen_at DESC, r.report_id DESC LIMIT 8
"""
_PROVINCES = "SELECT code, name FROM region WHERE code LIKE '%0000'"


def start(connection: sqlite3.Connection) -> dict[str, Any]:
    """Totals, the map of coverage, the latest reports and changes, a figure to begin with."""
    return {
        "total": row(connection, "SELECT * FROM total"),
        "heat": heat(connection),
        "recent": rows(connection, _RECENT),
        "example": row(connection, "SELECT agency_id, name FROM card ORDER BY reports DESC, agency_id LIMIT 1"),
    }


def heat(connection: sqlite3.Connection) -> dict[str, Any]:
    """Coverage by province and year: a row for each province, None where nothing is expected."""
    counts = rows(connection, _COUNTS)
    years = sorted({each["year"] for each in counts})
    names = {each["code"]: each["name"] for each in rows(connection, _PROVINCES)}
    lines: dict[str, dict[int, Row]] = {}
    for each in counts:
        share = each["reported"] / each["expected"]
        lines.setdefault(each["province"], {})[each["year"]] = each | {"step": round(share * 8), "share": share}
    provinces = [
        {"code": code, "name": names.get(code, "未知地区"), "cells": [line.get(year) for year in years]}
        for code, line in sorted(lines.items(), key=lambda item: (not item[0], item[0]))
    ]
    return {"years": years, "provinces": provinces}
