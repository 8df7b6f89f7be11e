"""`nianbao explain`: why a document was read as it was."""

import sys
from pathlib import Path

import click

from schema.records import ReadingStatus

_PLAIN = 100  # columns where nobody says how wide a line may be


@click.command(short_help="Say why documents were read as they were.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--table", type=click.IntRange(min=0), metavar="N", help="Only this table; 0 is the running text.")
@click.option("--rows", type=click.Choice(["all", "taken", "skipped"]), default="all", help="Which rows to show [all].")
@click.option("--width", type=click.IntRange(min=40), metavar="N", help="Columns of a line [the terminal's, else 100].")
def explain(files: tuple[str, ...], table: int | None, rows: str, width: int | None) -> int:
    """Open this when a number looks wrong: what each row and column of a document was taken for, and why.

    It shows what the reader saw and weighed: titles, years and agencies with where they stand, header fields, every
    row of the tables with its indicator, each cell beside the number made of it where they differ, what was left out,
    and the rules: which fail on which figures, and which cannot be evaluated for want of which cells. A page is read
    without its portal's registry entry, so an agency's name may come out shorter than in the warehouse.

    \b
    nianbao explain report.html                     everything
    nianbao explain report.html --rows skipped      what was not taken: local rows, heads, rows printed twice
    nianbao explain report.html --table 3           one table, also one that is none of the form
    curl ... | nianbao explain - --width 140        standard input, wider

    Exit code 1 when an input could not be read, or has no such table; the others are explained all the same.
    """
    done = [_explain_one(source, table, rows, width) for source in files]
    return int(not all(done))


def _explain_one(source: str, table: int | None, rows: str, width: int | None) -> bool:
    """Explain one input; False, with a line on stderr, where there is nothing to explain."""
    from rich.console import Console

    from extractors.explain import explain_capture
    from flows.explanation import View, print_explanation

    try:
        body = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        return _fail(source, f"cannot be opened: {error.strerror}")
    told = explain_capture(body, url="" if source == "-" else Path(source).absolute().as_uri())
    if told.reading.status is ReadingStatus.UNREADABLE:
        return _fail(source, told.reading.reason)
    if table is not None and table not in [one.number for one in told.tables]:
        return _fail(source, f"there is no table {table}; there are {len(told.tables)}")
    console = Console(width=width or (None if sys.stdout.isatty() else _PLAIN), highlight=False)
    print_explanation(console, source, told, View(table, rows))
    return True


def _fail(source: str, reason: str) -> bool:
    click.echo(f"nianbao: {source}: {reason}", err=True)
    return False
