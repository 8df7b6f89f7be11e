"""`nianbao serve`: every deployment from one process, with its own schedule, and a server of its own if none is set.

The flows run in processes that Prefect's runner starts, so one that takes too much takes nothing else down.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from flows.logs import QUIET
from flows.server import standing_server
from flows.settings import Settings, environment, prepare_prefect
from warehouse.engine import open_warehouse

CHINA = "Asia/Shanghai"
HEALTH_CRON = "0 9 * * *"
_LIMIT = 4  # flow runs at once: the nightly one, and backfills beside it


def serve_all(settings: Settings, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Raises WarehouseError, ServerError and OSError before anything is served."""
    level = "info" if settings.log_level == QUIET else settings.log_level
    os.environ.update(environment(settings) | {"NIANBAO_LOG_LEVEL": level})
    open_warehouse(settings.warehouse).dispose()
    settings.archive.folder.mkdir(parents=True, exist_ok=True)
    prepare_prefect(settings.data, level=level)
    with _server(settings, port) as url:
        from prefect.settings import PREFECT_API_URL, temporary_settings

        os.environ["PREFECT_API_URL"] = url  # for the processes of the flows
        with temporary_settings({PREFECT_API_URL: url}):
            _serve(settings)


@contextmanager
def _server(settings: Settings, port: int) -> Iterator[str]:
    """The API of the configured server; of one that lives as long as we do where there is none."""
    from prefect.settings import PREFECT_API_URL

    if configured := PREFECT_API_URL.value():
        yield configured
        return
    with standing_server(settings.data / "prefect", port) as url:
        click.echo(f"Prefect's interface: {url.removesuffix('/api')}")
        yield url


def _serve(settings: Settings) -> None:
    from prefect import serve

    from flows import deployments

    nights = (settings.season_cron, settings.rest_cron)
    serve(
        _deployed(deployments.nightly, *nights, portals=settings.nightly_portals.split()),
        _deployed(deployments.health, HEALTH_CRON),
        _deployed(deployments.backfill),
        _deployed(deployments.reparse),
        _deployed(deployments.publish),
        limit=_LIMIT,
    )


def _deployed(flow: Any, *crons: str, **parameters: Any) -> Any:
    """A flow under its own name; by its module, or it would be found in the working directory alone."""
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    schedules = [Cron(cron, timezone=CHINA) for cron in crons]
    where = EntrypointType.MODULE_PATH
    return flow.to_deployment(flow.name, schedules=schedules, parameters=parameters, entrypoint_type=where)
