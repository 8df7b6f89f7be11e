"""`nianbao explore`: the warehouse or a release in the browser."""

from pathlib import Path

import click

from flows.commands.options import with_settings
from flows.settings import Settings

PORT = 8780


@click.command(short_help="Look at the warehouse or a release in the browser.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="On loopback; 0: any free."
)
@click.option("--release", type=click.Path(path_type=Path), help="A release instead: its folder or its SQLite file.")
@click.option("--open/--no-open", "opens", default=True, show_default=True, help="Open the browser.")
@click.option("--base-url", default="/", show_default=True, help="Path of the pages behind a reverse proxy.")
@with_settings
def explore(settings: Settings, port: int, release: Path | None, opens: bool, base_url: str) -> int:
    """Look at the warehouse in the browser: agencies, reports, indicators, and the cell that a number came from.

    Nothing can be changed. What the pages show of the whole country is computed first, once for each state of the
    warehouse, into the folder `explorer` of the data folder. A warehouse on PostgreSQL is explored through a release.

    \b
    nianbao explore
    nianbao explore --release releases/2026-11
    """
    from flows.explore import run_explorer

    run_explorer(settings, port=port, release=release, opens=opens, base_url=base_url)
    return 0
