"""`nianbao backup` and `nianbao restore`."""

from pathlib import Path

import click

from flows.commands.options import with_settings
from flows.settings import Settings

_SHOWN = 5  # missing files that are named


@click.command(short_help="Write the warehouse into one file.")
@click.option("--to", "file", metavar="FILE", required=True, type=click.Path(path_type=Path), help="Where to.")
@with_settings
def backup(settings: Settings, file: Path) -> int:
    """Write the whole warehouse, with the list of the archive's files, into one file; crawls may go on meanwhile.

    \b
    nianbao backup --to /backups/nianbao-$(date +%F).zip

    The archive's own files are not in it. They never change once they are finished: copy them with any tool.
    """
    from warehouse.backup import back_up

    told = back_up(settings.warehouse, settings.archive, file)
    click.echo(
        f"{sum(told.rows.values()):,} rows of {len(told.rows)} tables, layout {told.layout}, as of {told.taken_at}"
    )
    click.echo(f"{len(told.files):,} files of the archive are listed, {sum(told.files.values()) / 1e6:,.1f} MB")
    return 0


@click.command(short_help="Make a warehouse from a backup.")
@click.argument("file", type=click.Path(path_type=Path))
@with_settings
def restore(settings: Settings, file: Path) -> int:
    """Fill a new warehouse from a backup, and bring it to the present layout; on the same engine or the other.

    \b
    nianbao restore nianbao-2026-03-01.zip --warehouse postgresql+psycopg://nianbao@db/nianbao

    Nothing is written over: an SQLite file that is there, or a database with tables, is refused. It is also the way
    from SQLite to PostgreSQL. Exit code 1 when files of the archive that the backup lists are not there.
    """
    from flows.output import shown
    from warehouse.backup import restore as fill

    told = fill(file, settings.warehouse, settings.archive)
    click.echo(f"{sum(told.rows.values()):,} rows of {len(told.rows)} tables as of {told.taken_at}")
    for name in told.missing[:_SHOWN]:
        click.echo(f"nianbao: the archive {settings.archive} lacks {shown(name)}, or has less of it", err=True)
    if len(told.missing) > _SHOWN:
        click.echo(f"nianbao: and {len(told.missing) - _SHOWN} files more", err=True)
    return int(bool(told.missing))
