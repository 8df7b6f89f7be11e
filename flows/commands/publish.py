"""`nianbao publish`: a release for others."""

from pathlib import Path

import click

from flows.commands.options import with_settings
from flows.settings import Settings

_DIR = click.Path(path_type=Path)


@click.command(short_help="Make a release: SQLite, Parquet, descriptions, checksums.")
@click.option("--to", "to", metavar="DIR", required=True, type=_DIR, help="A new folder for the release.")
@click.option("--version", "version", metavar="V", help="What to call it [the day of the last crawl].")
@click.option("--previous", metavar="DIR", type=_DIR, help="The release before, to tell what has changed.")
@with_settings
def publish(settings: Settings, to: Path, version: str | None, previous: Path | None) -> int:
    """Make a release of the warehouse in a new folder. It has no names or telephone numbers of officials.

    \b
    nianbao publish --to releases/2026-05
    nianbao publish --to releases/2026-06 --previous releases/2026-05

    In it: nianbao.db (SQLite, for `nianbao query --warehouse sqlite:///...` and any other reader), the same as
    Parquet, datapackage.json (Frictionless), dictionary, changelog, citation, checksums. The same contents give the
    same bytes, from SQLite and PostgreSQL alike. The folder is there when it is whole, and not before.
    """
    from flows.progress import steps
    from warehouse.release.publish import publish as make

    with steps() as tell:
        changes = make(settings.warehouse, to, version, previous, tell)
    click.echo(f"{to}: the release is whole")
    if changes is not None:
        for what, counts in (("reports", changes.reports), ("cells", changes.cells)):
            click.echo(f"  {what}: {counts['new']:,} new, {counts['changed']:,} changed, {counts['gone']:,} gone")
    return 0
