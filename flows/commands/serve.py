"""`nianbao serve`: nights on a schedule."""

import click

from flows.commands.options import with_settings
from flows.settings import Settings


@click.command(short_help="Crawl every night, by itself.")
@click.option("--port", default=4200, show_default=True, help="Of Prefect's interface, on loopback.")
@with_settings
def serve(settings: Settings, port: int) -> int:
    """Serve the deployments: nightly on its schedule, backfill and health from Prefect's interface or API.

    \b
    nianbao serve
    PREFECT_API_URL=http://prefect:4200/api nianbao serve

    Without a configured Prefect server one is started on loopback, and lives as long as this command. The schedule is
    that of the reporting season: every night from January to April, once a week in the rest of the year, in the time
    of China (NIANBAO_SEASON_CRON, NIANBAO_REST_CRON).
    """
    from flows.serve import serve_all

    serve_all(settings, port)
    return 0
