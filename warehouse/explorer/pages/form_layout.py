"""A report laid out as its form is printed: sections of rows, with the columns that each has."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from schema.records import TOTAL
from warehouse.explorer.asking import Row

Cells = Mapping[tuple[str, str], Row]  # by indicator and applicant


def lay_out(form_rows: Sequence[Row], cells: Cells, applicants: Mapping[str, str]) -> list[dict[str, Any]]:
    """The sections of a form: each has a title and tables, each table its column heads and lines.

    A line has its label and level, and cells (None where the report's table lacks one); a heading has no cells.
    """
    sections: list[dict[str, Any]] = []
    for _, group in groupby(form_rows, key=lambda each: each["section"]):
        rows = list(group)
        title = rows[0]["number"] + rows[0]["label_zh"]
        is_heading = rows[0]["kind"] == "header"
        sections.append({"title": title, "tables": _tables(rows[is_heading:], cells, applicants)})
    return sections


def _tables(rows: Sequence[Row], cells: Cells, applicants: Mapping[str, str]) -> list[dict[str, Any]]:
    if any(each["column_label"] for each in rows):
        return _by_columns(rows, cells)
    indicators = {each["indicator"] for each in rows}
    present = {applicant for indicator, applicant in cells if indicator in indicators}
    if present - {TOTAL}:
        members = [code for code in applicants if code in present]
        lines = [_line(row, [_cell(cells, row, member) for member in members]) for row in rows]
        return [{"heads": [applicants[member] for member in members], "unit": False, "lines": lines}]
    return [{"heads": ["统计数"], "unit": True, "lines": [_line(row, [_cell(cells, row, TOTAL)]) for row in rows]}]


def _line(row: Row, found: list[Row | None]) -> dict[str, Any]:
    kept = {name: row[name] for name in ("label_zh", "number", "remark", "level", "unit_zh", "kind")}
    return kept | {"cells": [] if row["kind"] == "header" else found}


def _cell(cells: Cells, row: Row, applicant: str) -> Row | None:
    return cells.get((row["indicator"], applicant)) if row["indicator"] else None


def _by_columns(rows: Sequence[Row], cells: Cells) -> list[dict[str, Any]]:
    """Tables whose rows have columns of their own: one for each heading and what stands below it."""
    tables: list[dict[str, Any]] = []
    heading = ""
    for is_header, group in groupby(rows, key=lambda each: each["kind"] == "header"):
        if is_header:
            heading = list(group)[-1]["label_zh"]
            continue
        placed = [(*_place(row), row) for row in group]
        heads = list(dict.fromkeys(column for _, column, _ in placed))
        lines = [_columned(label, heads, members, cells) for label, members in _grouped(placed)]
        table = {"heads": heads, "unit": False, "lines": lines, "heading": heading}
        if tables and tables[-1]["heads"] == heads and all(label == "" for label, _, _ in placed):
            tables[-1]["lines"] += _named(lines, heading)
            continue
        if all(label == "" for label, _, _ in placed):
            table |= {"lines": _named(lines, heading), "heading": ""}
        tables.append(table)
    return tables


def _place(row: Row) -> tuple[str, str]:
    """The row's label and its column. Where a column's head ends in the label, the row is what stands before it."""
    head, _, last = row["column_label"].rpartition("/")
    return ("", last) if last == row["label_zh"] and head else (row["label_zh"], row["column_label"])


def _grouped(placed: Iterable[tuple[str, str, Row]]) -> Iterable[tuple[str, dict[str, Row]]]:
    for label, group in groupby(placed, key=lambda each: each[0]):
        yield label, {column: row for _, column, row in group}


def _columned(label: str, heads: Sequence[str], members: Mapping[str, Row], cells: Cells) -> dict[str, Any]:
    first = next(iter(members.values()))
    found = [_cell(cells, members[head], TOTAL) if head in members else None for head in heads]
    return _line(first, found) | {"label_zh": label, "level": 2}


def _named(lines: list[dict[str, Any]], label: str) -> list[dict[str, Any]]:
    return [line | {"label_zh": label} for line in lines]
