"""Tables for people, and rows for other programs."""

import csv
import re
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain
from typing import Literal

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.json_lines import number, to_json
from schema.records import TOTAL, Finding, Observation, Report

_WIDE = 400  # columns when nobody looks: a table in a file or pipe must not be cut
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}
_OBSERVATION = ("row", "printed", "value", "unit", "status", "table:row:column")

Row = Sequence[object]


def print_table(title: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Print rows as a table below its title, if it has one; numbers to the right."""
    if title:
        click.echo(title)
    table = Table()
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown(value), justify=_side(value)) for value in row))
    _console().print(table)


def print_rows(columns: Sequence[str], rows: Iterable[Row], form: str) -> None:
    """Print the answer to a query as `table`, `csv` or `json` (a list of objects); only a table keeps the rows."""
    if form == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows(chain([columns], rows))
    elif form == "json":
        objects = (to_json(dict(zip(columns, row, strict=True))) for row in rows)
        click.echo("[", nl=False)
        for n, line in enumerate(objects):
            click.echo(f",\n{line}" if n else line, nl=False)
        click.echo("]")
    else:
        print_table("", columns, rows)


def print_report(source: str, report: Report, findings: Iterable[Finding]) -> None:
    """Print a report as the agency printed it, each figure with its place, and what the checks say."""
    who = (report.agency or "agency unknown", report.year or "year unknown", f"form {report.form or 'none'}")
    click.echo(f"{source}: {', '.join(map(shown, who))}")
    for name, value in {"title": report.title, **report.header}.items():
        click.echo(f"  {name}: {shown(value)}")
    print_table("", _OBSERVATION, map(_observation, report.observations))
    for row in report.local_rows:
        click.echo(f"row of their own: {shown(row.label)}: {' | '.join(map(shown, row.cells))}")
    for one in findings:
        line = f"{one.severity}: {one.rule}: {shown(one.message)}"
        _console().print(Text(line, style=_STYLES[one.severity]))


def shown(value: object) -> str:
    """A value as text for a terminal: nothing for null, and no control character, which could rule it."""
    text = number(value) if isinstance(value, Decimal) else "" if value is None else str(value)
    return _CONTROL.sub(" ", text)


def _console() -> Console:
    return Console() if sys.stdout.isatty() else Console(width=_WIDE)


def _observation(one: Observation) -> Row:
    label = one.label if one.applicant == TOTAL else f"{one.label} [{one.applicant}]"
    place = f"{one.place.table}:{one.place.row}:{one.place.column}"
    return label, one.raw, one.value, one.unit, one.status.value, place


def _side(value: object) -> Literal["left", "right"]:
    return "right" if isinstance(value, int | float | Decimal) else "left"
