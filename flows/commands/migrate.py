"""`nianbao migrate`: bring a warehouse to the layout of this program, or of an earlier one."""

import click

from flows.commands.options import with_settings
from flows.settings import Settings


@click.command(short_help="Bring the warehouse to this program's layout.")
@click.option("--to", "layout", default="head", show_default=True, metavar="LAYOUT", help="Number of a layout.")
@with_settings
def migrate(settings: Settings, layout: str) -> int:
    """Change the tables of the warehouse to another layout, data included, in one transaction or not at all.

    Commands that write do this by themselves; after an update, those that only read may ask for it. Back up first
    what cannot be lost. Going down to an earlier layout loses what that one cannot hold.

    \b
    nianbao migrate
    nianbao migrate --to 0001
    """
    from warehouse.engine import connect_warehouse, migrate_warehouse

    before, after = migrate_warehouse(connect_warehouse(settings.warehouse), layout)
    click.echo(f"layout {after}, as it was" if before == after else f"layout {before} is now layout {after}")
    return 0
