"""A report: the form as printed and filled in, blanks as blanks, and what the checks say of its figures."""

import sqlite3
from typing import Any

from warehouse.explorer.asking import Row, has_column, loaded, row, rows
from warehouse.explorer.pages.form_layout import lay_out
from warehouse.explorer.words import HEADER

_REPORT = """
SELECT r.*, a.name AS agency, k.url, k.fetched_at
FROM report r JOIN agency a ON a.id = r.agency_id JOIN capture k ON k.id = r.capture_id WHERE r.id = ?
"""
# The view `lineage` and not `observations`: an earlier revision has its page as well.
_CELLS = """
SELECT indicator, applicant, value, status, raw, printed_label, grid, grid_row, grid_column, read_value, correction
FROM lineage WHERE report_id = ?
"""
_FORM = "SELECT * FROM form_row WHERE form = ? ORDER BY position"
_APPLICANTS = "SELECT code, label_zh FROM dimension WHERE dimension = 'applicant' ORDER BY position"
_FINDINGS = """
SELECT f.rule, f.severity, f.message, f.cells, k.label_zh AS rule_zh, k.label_en AS rule_en
FROM finding f LEFT JOIN rule k ON k.name = f.rule WHERE f.report_id = ?
ORDER BY CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, f.rule
"""
_REVISIONS = """
SELECT DISTINCT n.id, n.revision, n.valid_from, n.is_current FROM report n
WHERE n.agency_id = :agency_id AND n.year = :year ORDER BY n.valid_from
"""
_NEIGHBOURS = "SELECT id, year FROM report WHERE agency_id = ? AND is_current ORDER BY year"


def report(connection: sqlite3.Connection, report_id: int) -> dict[str, Any] | None:
    """All that the page shows; None where there is no such report."""
    found = row(connection, _REPORT, (report_id,))
    if found is None:
        return None
    findings = [each | {"cells": _pairs(each["cells"])} for each in rows(connection, _FINDINGS, (report_id,))]
    numbered = [each | {"n": n} for n, each in enumerate(findings, start=1)]
    cells = {(each["indicator"], each["applicant"]): each for each in rows(connection, _CELLS, (report_id,))}
    for finding in numbered:
        for pair in finding["cells"]:
            if pair in cells:
                cells[pair].setdefault("notes", []).append(finding)
    applicants = {each["code"]: each["label_zh"] for each in rows(connection, _APPLICANTS)}
    form_rows = rows(connection, _FORM, (found["form"],)) if found["form"] else []
    printed = {each["indicator"] for each in form_rows}
    return {
        "report": found,
        "header": _header(found),
        "sections": lay_out(form_rows, cells, applicants),
        "others": [cell for (indicator, _), cell in cells.items() if indicator not in printed],
        "findings": numbered,
        "local_rows": _local_rows(connection, report_id),
        "addresses": rows(
            connection, "SELECT DISTINCT url FROM report_address WHERE report_id = ? AND left_at IS NULL", (report_id,)
        ),
        "revisions": rows(connection, _REVISIONS, found),
        "neighbours": rows(connection, _NEIGHBOURS, (found["agency_id"],)),
        "counts": {
            status: sum(c["status"] == status for c in cells.values())
            for status in ("reported", "blank", "dash", "text")
        },
    }


def _pairs(cells: str | None) -> list[tuple[str, str]]:
    return [(indicator, applicant) for indicator, applicant in loaded(cells) or []]


def _header(found: Row) -> list[tuple[str, str, str | None]]:
    """The printed header in both languages' names; a release has no more of it than its dates."""
    return [(zh, en, found[name]) for name, (zh, en) in HEADER.items() if found.get(name) is not None]


def _local_rows(connection: sqlite3.Connection, report_id: int) -> list[Row]:
    if not has_column(connection, "local_row", "label"):
        return []
    found = rows(connection, "SELECT label, cells FROM local_row WHERE report_id = ? ORDER BY position", (report_id,))
    return [each | {"cells": loaded(each["cells"])} for each in found]
