"""`nianbao crawl` and `nianbao backfill`."""

from pathlib import Path

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


@click.command(short_help="Fetch what is missing of one report year.")
@click.argument("year", type=ReportYear())
@click.argument("portal_ids", metavar="[PORTAL]...", nargs=-1)
@click.option("--portal", "more_ids", metavar="ID", multiple=True, help="A portal, as an argument is; may be repeated.")
@click.option("--again", is_flag=True, help="Visit also the pages that have been read already.")
@click.option("--estimate", "only_estimate", is_flag=True, help="Say what it would take, and stop there.")
@click.option(
    "--from",
    "files",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="WARC file for what the portals do not have any more; may be repeated.",
)
@_engine
@with_settings
def backfill(
    settings: Settings,
    year: int,
    portal_ids: tuple[str, ...],
    more_ids: tuple[str, ...],
    again: bool,
    only_estimate: bool,
    files: tuple[Path, ...],
) -> int:
    """Fetch what is missing of one report year, of the live portals or of those named.

    \b
    nianbao backfill 2018 --estimate
    nianbao backfill 2018 --portal quzhou
    nianbao backfill 2018 quzhou --from crawls/2019.warc.gz

    First it says what it will take: pages, and time at the polite pace. Pages that have been read are left alone.
    Stopped or killed, it goes on where it was when the same command is given again. Files come after the portals:
    what their pages say takes its place in a report's history by its date.
    """
    from flows.backfill import backfill_year
    from flows.estimate import estimate

    chosen = (*portal_ids, *more_ids)
    for line in estimate(settings, year, chosen, again=again).lines():
        click.echo(line, err=not only_estimate)
    return 0 if only_estimate else backfill_year(settings, year, chosen, files, again=again)


def _run(settings: Settings, portal_ids: tuple[str, ...], years: tuple[int, ...], command: str, again: bool) -> int:
    from flows.after import tell
    from flows.run import run_crawl

    return tell(run_crawl(settings, portal_ids, years, command, again=again), settings, command)
