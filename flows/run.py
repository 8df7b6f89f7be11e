"""One crawl from the settings to its ending, Prefect's server included."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from flows.server import temporary_server
from flows.settings import Settings, environment, prepare_prefect
from flows.steps import choose, crawl_run, side_by_side
from flows.summary import Ending
from warehouse.corrections_file import read_corrections
from warehouse.engine import open_warehouse


def run_crawl(
    settings: Settings,
    portals: Sequence[str],
    years: Sequence[int],
    command: str,
    *,
    again: bool = False,
    missing: bool = False,
) -> Ending:
    """Crawl the portals for the years: as a flow of Prefect where a server is configured, else in threads of our own.

    The steps are the same; a flow shows them in Prefect's interface. Raises RegistryError, WarehouseError,
    ServerError and OSError.
    """
    # What is wrong with these is said now, not after the seconds that Prefect takes.
    choose(settings.portals, portals)
    read_corrections(settings.corrections)
    open_warehouse(settings.warehouse).dispose()
    settings.archive.folder.mkdir(parents=True, exist_ok=True)
    # By the environment and not as a parameter: Prefect keeps parameters, and the URL may hold a password.
    os.environ.update(environment(settings))
    if not uses_prefect(settings.engine):
        return crawl_run(portals, years, command, side_by_side(years), again=again, missing=missing)
    with _prefect(settings):
        from flows.crawl import crawl

        return crawl(list(portals), list(years), command, again, missing)


def uses_prefect(engine: str) -> bool:
    """Whether a crawl goes through Prefect: it costs seconds to load, and many more where it has no server."""
    return engine == "prefect" or (engine == "auto" and bool(os.environ.get("PREFECT_API_URL")))


@contextmanager
def _prefect(settings: Settings) -> Iterator[None]:
    """Within this, Prefect has an API to talk to: the one that the user set, or a temporary one."""
    prepare_prefect(settings.data, level=settings.log_level)
    from prefect.settings import PREFECT_API_URL, temporary_settings

    if PREFECT_API_URL.value():
        yield
        return
    click.echo("starting Prefect's temporary server ...", err=True)
    home = Path(os.environ["PREFECT_HOME"])
    with temporary_server(home) as url, temporary_settings({PREFECT_API_URL: url}):
        yield
