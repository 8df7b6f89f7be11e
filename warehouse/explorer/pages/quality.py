"""Quality: what is missing, late, edited, copied or failing, by place and year."""

import sqlite3
from typing import Any

from warehouse.explorer.asking import Row, row, rows

_MOST = 200  # reports that a list shows
_COVERAGE = """
SELECT province, status, SUM(agencies) AS agencies FROM coverage_count WHERE :year IS NULL OR year = :year
GROUP BY province, status
"""
_RULES = """
SELECT rule, severity, MAX(rule_zh) AS rule_zh, MAX(rule_en) AS rule_en,
    SUM(reports) AS reports, SUM(findings) AS findings
FROM finding_count WHERE (:year IS NULL OR year = :year) AND (:province IS NULL OR province = :province)
GROUP BY rule, severity
ORDER BY CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, reports DESC, rule
"""
_EDITED = """
SELECT e.*, k.name FROM edited e JOIN card k ON k.agency_id = e.agency_id
WHERE (:year IS NULL OR e.year = :year) AND (:province IS NULL OR k.province = :province)
ORDER BY e.changed_at DESC LIMIT 30
"""
_FAILING = """
SELECT f.*, k.name FROM failing f JOIN card k ON k.agency_id = f.agency_id
WHERE f.rule = :rule AND (:year IS NULL OR f.year = :year) AND (:province IS NULL OR f.province = :province)
ORDER BY f.year DESC, f.report_id LIMIT :most
"""
_LACKING = """
SELECT e.*, k.name, k.region_name FROM expected e JOIN card k ON k.agency_id = e.agency_id
WHERE e.status = :status AND (:year IS NULL OR e.year = :year) AND (:province IS NULL OR k.province = :province)
ORDER BY e.year DESC, e.agency_id LIMIT :most
"""
_YEARS = "SELECT DISTINCT year FROM coverage_count ORDER BY year DESC"
_PROVINCES = (
    "SELECT DISTINCT c.province AS code, r.name FROM coverage_count c LEFT JOIN region r ON r.code = c.province"
)


def quality(
    connection: sqlite3.Connection, year: int | None, province: str | None, rule: str = "", status: str = ""
) -> dict[str, Any]:
    """Counts for a year and province, or all; if asked, what a rule fails on, or the agency-years of a status."""
    asked = {"year": year, "province": province, "rule": rule, "status": status, "most": _MOST}
    names = {each["code"]: each["name"] or "未知地区" for each in rows(connection, _PROVINCES)}
    return {
        "asked": asked,
        "years": [each["year"] for each in rows(connection, _YEARS)],
        "provinces": names,
        "coverage": _coverage(rows(connection, _COVERAGE, asked), names, province),
        "rules": rows(connection, _RULES, asked),
        "edited": rows(connection, _EDITED, asked),
        "failing": rows(connection, _FAILING, asked) if rule else [],
        "meaning": row(connection, "SELECT * FROM rule WHERE name = ?", (rule,)) if rule else None,
        "lacking": rows(connection, _LACKING, asked) if status else [],
    }


def _coverage(counts: list[Row], names: dict[str, str], province: str | None) -> list[dict[str, Any]]:
    lines: dict[str, dict[str, int]] = {}
    for each in counts:
        if province is None or each["province"] == province:
            lines.setdefault(each["province"], {})[each["status"]] = each["agencies"]
    return [
        {"code": code, "name": names[code], "counts": counts, "all": sum(counts.values())}
        for code, counts in sorted(lines.items())
    ]
