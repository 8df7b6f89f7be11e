"""The data dictionary, `docs/dictionary.md`: made from the views, the tables and the lists, never written by hand.

`python -m warehouse.dictionary > docs/dictionary.md` writes it; a test fails when it is stale.
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql

from schema.catalog import Catalog, Indicator, Series, catalog
from warehouse.questions import NAMES, question
from warehouse.tables import metadata
from warehouse.views import VIEWS, describe_view

# What columns without a comment of their own mean: those that say it by their names, in any table that has one.
_BY_NAME = {
    "id": "number of the row",
    "url": "address of the page",
    "title": "as printed",
    "year": "the year reported on",
    "code": "what others know it by",
    "name": "what it is called",
    "key": "what the value is of",
    "value": "the value",
    "text": "the words",
    "label": "as printed",
    "cells": "texts of the row's cells, in order",
    "label_zh": "in Chinese",
    "label_en": "in English",
    "note": "what to know of it",
    "notice": "number of the notice that made it",
    "definition": "in a sentence",
    "unit": "code of the unit",
    "unit_zh": "the unit in Chinese, as printed on the form or implied by it",
    "first_year": "first report year in which a form prints it",
    "first_report_year": "first report year for which it was due",
    "formula_2019": "likewise on the form of 2019",
    "formula_2021": "likewise on the form of 2021",
    "do_not_join": "whether some forms' figures must not be drawn as one line",
    "platform": "the publishing system behind it",
    "base_url": "address of its home page",
    "command": "which command of nianbao",
    "portals": "ids of the portals it was asked for",
    "years": "report years it was asked for; none for all",
    "host": "machine it ran on",
    "machine": "machine that holds it",
    "pid": "process on that machine",
    "run_id": "number of the run",
    "status": "how it stands",
    "started_at": "when it began, UTC",
    "finished_at": "when it ended, UTC",
    "ended_at": "when it ended, UTC",
    "requested_url": "address that was asked for",
    "fetched_at": "when the response began, UTC",
    "visited_at": "when, UTC",
    "first_seen": "when it was first seen, UTC",
    "last_tried": "when it was last asked for, UTC",
    "resolved_at": "when that ended, UTC; null while it lasts",
    "content_type": "as the portal called it",
    "last_modified": "of the last good visit, for the next request",
    "digest": "SHA-256 of the body of the last good visit",
    "kind": "what it is",
    "outcome": "how the visit ended, a word of the list of outcomes",
    "detail": "more of that, in words",
    "reason": "why, in words",
    "reader_version": "version of the reader that read it",
    "document_number": "from the printed header",
    "publisher": "from the printed header: who signs it",
    "openness": "from the printed header: whether it is open to all",
    "category": "from the printed header",
    "is_current": "whether it stands for its agency and year; of several contents one does",
    "rule": "name of the rule that fails, or of what was found",
    "severity": "error, warning or info",
    "message": "what is the matter, with the figures",
    "applicant": "code of the applicant type",
    "indicator": "code of the canonical list",
    "section": "section of the form",
    "level": "depth below the section's head",
    "number": "number that it is printed with",
    "remark": "what is printed in brackets behind it",
    "comparability": "of the row with the indicator's definition: exact or close",
    "aliases": "other spellings that were seen",
    "optional": "whether some copies of the form lack it",
    "parent": "the whole that it is a part of",
}
_TABLES = {
    "portal": "government websites, a copy of the registry",
    "agency": "who reports",
    "run": "runs of commands that load",
    "report": "contents that pages showed as an agency's report for a year, each once",
    "finding": "what checks say of a report",
}
_STATUS = "0 reported, 1 blank, 2 dash, 3 text"


def dictionary() -> str:
    """The whole page, in Markdown."""
    lists = catalog()
    parts = [
        _head(),
        "## Views\n\nWhat to ask. They can be read by anybody and changed by nobody.",
        *map(_view, VIEWS),
        "## Questions\n\nEach one query over the views: `nianbao query --question NAME`.",
        _questions(),
        "## Indicators",
        _indicators(lists.indicators.values()),
        "## Series",
        _series(lists.series),
        "## Code lists",
        _members(lists),
        "## Tables\n\nWhere things rest. The views are made of them, and change less.",
        *(_table(table) for table in sorted(metadata.sorted_tables, key=lambda table: table.name)),
    ]
    return "\n\n".join(parts) + "\n"


def _head() -> str:
    return (
        "# Data dictionary\n\n"
        "Made by `python -m warehouse.dictionary > docs/dictionary.md` from the views, the tables and the lists of"
        " `schema/`: change those."
    )


def _view(name: str) -> str:
    view = describe_view(name)
    return f"### {name}\n\n{view.meaning}\n\n" + _grid(("column", "meaning"), view.columns.items())


def _questions() -> str:
    asked = map(question, NAMES)
    return _grid(
        ("question", "title", "how to read it"),
        ((one.name, f"{one.title_zh}<br>{one.title_en}", one.how_to_read) for one in asked),
    )


def _indicators(indicators: Iterable[Indicator]) -> str:
    rows = (
        (one.code, f"{one.label_zh}<br>{one.label_en}", f"{one.unit_zh} ({one.unit})", _years(one), one.definition)
        for one in indicators
    )
    return _grid(("indicator", "label", "unit", "report years", "definition"), rows)


def _years(one: Indicator) -> str:
    return f"{one.first_year}-{one.last_year or ''}"


def _series(series: Iterable[Series]) -> str:
    rows = (
        (
            one.code,
            f"{one.label_zh}<br>{one.label_en}",
            "<br>".join(f"{form}: {text}" for form, text in one.formulas.items() if text),
            f"{one.comparability_2018_2019}, {one.comparability_2020_2021}",
            one.note,
        )
        for one in series
    )
    return _grid(("series", "label", "formulas by form", "across 2019, 2021", "note"), rows)


def _members(lists: Catalog) -> str:
    of_lists = [(one.dimension, one.code, one.label_zh, one.label_en, one.note) for one in lists.dimensions]
    sectors = [("sector", one.code, one.label_zh, one.label_en, "") for one in lists.sectors]
    return _grid(("list", "code", "Chinese", "English", "note"), [*of_lists, *sectors])


def _table(table: Table) -> str:
    rows = ((column.name, _type(column), meaning_of(column)) for column in table.columns)
    return f"### {table.name}\n\n{meaning_of_table(table)}\n\n" + _grid(("column", "type", "meaning"), rows)


def meaning_of_table(table: Table) -> str:
    """What a row of it is."""
    return table.comment or _TABLES.get(table.name, "")


def meaning_of(column: Column[Any]) -> str:
    """What a column means: its comment, or what its name says, and the column that it refers to."""
    refers = sorted(key.target_fullname for key in column.foreign_keys)
    is_code = column.name == "status" and column.table.name in ("observation", "corrected")
    words = _STATUS if is_code else column.comment or ("" if refers else _BY_NAME.get(column.name, ""))
    return "; ".join(filter(None, (words, f"refers to {', '.join(refers)}" if refers else "")))


def _type(column: Column[Any]) -> str:
    kind = column.type.compile(dialect=postgresql.dialect()).lower()  # type: ignore[no-untyped-call]
    return kind if column.nullable else f"{kind}, not null"


def _grid(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(_lines(head, rows))


def _lines(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for first, *rest in rows:
        yield "| " + " | ".join([f"`{first}`", *(cell.replace("|", "\\|") for cell in rest)]) + " |"


if __name__ == "__main__":
    sys.stdout.write(dictionary())
