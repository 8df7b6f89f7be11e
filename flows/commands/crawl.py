"""`nianbao crawl` and `nianbao backfill`."""

import click

from flows.commands.options import ReportYear, with_settings
from flows.settings import Settings

_engine = click.option(
    "--engine",
    type=click.Choice(["auto", "plain", "prefect"]),
    help="Prefect or threads of this process [NIANBAO_ENGINE; auto: Prefect if PREFECT_API_URL names its server].",
)
_again = click.option("--again", is_flag=True, help="Visit known pages too, whether they are due or not.")


@click.command(short_help="Crawl registered portals into the warehouse.")
@click.argument("portal_ids", metavar="[PORTAL]...", nargs=-1)
@click.option("--year", "years", type=ReportYear(), multiple=True, help="Only reports of this year; may be repeated.")
@_again
@_engine
@with_settings
def crawl(settings: Settings, portal_ids: tuple[str, ...], years: tuple[int, ...], again: bool) -> int:
    """Crawl portals of the registry into the warehouse; the live ones if none is named, samples left out.

    \b
    nianbao crawl quzhou
    nianbao crawl quzhou lishui --year 2017 --year 2018 --contact office@example.org

    A second run asks only whether pages have changed: reports every night from January to April, when agencies
    publish, and once in the portal's `revisit_days` in the rest of the year. A run that was killed goes on where it
    stopped.
    """
    return _run(settings, portal_ids, years, "crawl", again)


@click.command(short_help="Crawl one report year.")
@click.argument("year", type=ReportYear())
@click.argument("portal_ids", metavar="[PORTAL]...", nargs=-1)
@_again
@_engine
@with_settings
def backfill(settings: Settings, year: int, portal_ids: tuple[str, ...], again: bool) -> int:
    """Crawl one report year, of all portals or of those named.

    \b
    nianbao backfill 2018
    nianbao backfill 2018 quzhou
    """
    return _run(settings, portal_ids, (year,), "backfill", again)


def _run(settings: Settings, portal_ids: tuple[str, ...], years: tuple[int, ...], command: str, again: bool) -> int:
    from flows.run import run_crawl
    from flows.summary import exit_code, print_ending

    ending = run_crawl(settings, portal_ids, years, command, again=again)
    print_ending(ending, settings)
    return exit_code(ending)
