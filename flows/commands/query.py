"""`nianbao query`: SQL on the warehouse, read-only, or one of the questions that come with it."""

import sys
from itertools import islice

import click

from flows.commands.options import with_settings
from flows.settings import Settings

_TABLE_ROWS = 1_000  # of a table that nobody set a limit for


@click.command(short_help="Ask the warehouse in SQL, read-only.")
@click.argument("sql", required=False)
@click.option("--question", "name", metavar="NAME", help="Ask one of the questions that come with the warehouse.")
@click.option("--list-questions", "listing", is_flag=True, help="List those questions and how to read the answers.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help=f"At most so many rows (a table has {_TABLE_ROWS} without).")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=60, show_default=True, help="Seconds.")
@with_settings
def query(
    settings: Settings, sql: str | None, name: str | None, listing: bool, form: str, limit: int | None, timeout: float
) -> int:
    """Ask the warehouse in SQL; `-` reads the statement from standard input. Nothing can be changed.

    \b
    nianbao query "SELECT agency, year, value FROM series WHERE series = 'requests_received'"
    nianbao query --format csv - < question.sql > answer.csv
    nianbao query --question trouble
    """
    if listing:
        _list_questions()
        return 0
    _answer(settings.warehouse, _statement(sql, name), form, limit, timeout)
    return 0


def _list_questions() -> None:
    from warehouse.questions import NAMES, question

    for one in map(question, NAMES):
        click.echo(f"{one.name}\n  {one.title_zh}\n  {one.title_en}\n  {one.how_to_read}")


def _statement(sql: str | None, name: str | None) -> str:
    """The statement to run; of a question, its titles go to standard error, so that rows stay rows."""
    from warehouse.questions import NAMES, question

    if (sql is None) == (name is None):
        raise click.UsageError("write a statement in SQL, or name a question with --question; one of the two")
    if name is None:
        return sys.stdin.read() if sql == "-" else sql or ""
    if name not in NAMES:
        raise click.UsageError(f"there is no question '{name}'; there are {', '.join(NAMES)}")
    asked = question(name)
    click.echo(f"{asked.title_zh}\n{asked.title_en}\n{asked.how_to_read}", err=True)
    return asked.sql


def _answer(warehouse: str, sql: str, form: str, limit: int | None, timeout: float) -> None:
    from flows.output import print_rows
    from warehouse.query import ask

    most = limit or (_TABLE_ROWS if form == "table" else None)
    with ask(warehouse, sql, timeout) as answer:
        print_rows(answer.columns, islice(answer.rows, most), form)
        if next(answer.rows, None) is not None:
            more = "" if limit else "; --limit or --format csv gives more"
            click.echo(f"nianbao: there are more than these {most} rows{more}", err=True)
