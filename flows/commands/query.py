"""`nianbao query`: SQL on the warehouse, read-only."""

import sys

import click

from flows.commands.options import with_settings
from flows.settings import Settings


@click.command(short_help="Ask the warehouse in SQL, read-only.")
@click.argument("sql")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many rows.")
@with_settings
def query(settings: Settings, sql: str, form: str, limit: int | None) -> int:
    """Ask the warehouse in SQL; `-` reads the statement from standard input. Nothing can be changed.

    \b
    nianbao query "SELECT agency, year FROM report ORDER BY 1, 2"
    nianbao query --format csv - < question.sql > answer.csv
    """
    from flows.output import print_rows
    from warehouse.query import run_query

    statement = sys.stdin.read() if sql == "-" else sql
    result = run_query(settings.warehouse, statement, limit)
    print_rows(result.columns, result.rows, form)
    if result.truncated:
        click.echo(f"nianbao: there are more than these {limit} rows", err=True)
    return 0
