"""One crawl from the settings to its ending, Prefect's server included."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from flows.server import temporary_server
from flows.settings import Settings, environment, prepare_prefect
from flows.steps import choose
from flows.summary import Ending
from warehouse.corrections_file import read_corrections
from warehouse.engine import open_warehouse


def run_crawl(
    settings: Settings, portals: Sequence[str], years: Sequence[int], command: str, *, again: bool = False
) -> Ending:
    """Crawl the portals for the years, with Prefect's server when none is configured.

    Raises RegistryError, WarehouseError, ServerError and OSError.
    """
    # What is wrong with these is said now, not after the ten seconds that the server takes.
    choose(settings.portals, portals)
    read_corrections(settings.corrections)
    open_warehouse(settings.warehouse).dispose()
    settings.archive.folder.mkdir(parents=True, exist_ok=True)
    # By the environment and not as a parameter: Prefect keeps parameters, and the URL may hold a password.
    os.environ.update(environment(settings))
    with _prefect(settings.data):
        from flows.crawl import crawl

        return crawl(list(portals), list(years), command, again)


@contextmanager
def _prefect(data: Path) -> Iterator[None]:
    """Within this, Prefect has an API to talk to: the one that the user set, or a temporary one."""
    prepare_prefect(data)
    from prefect.settings import PREFECT_API_URL, temporary_settings

    if PREFECT_API_URL.value():
        yield
        return
    click.echo("starting Prefect's temporary server ...", err=True)
    home = Path(os.environ["PREFECT_HOME"])
    with temporary_server(home) as url, temporary_settings({PREFECT_API_URL: url}):
        yield
