"""`nianbao show`: one report with everything that is known of it."""

import click

from flows.commands.options import with_settings
from flows.settings import Settings


@click.command(short_help="Show one report and where it came from.")
@click.argument("agency")
@click.argument("year", type=int)
@with_settings
def show(settings: Settings, agency: str, year: int) -> int:
    """Show a report of the warehouse as it was printed, blanks as blanks, and where each number came from.

    AGENCY is a full name, or a part of one that no other agency has.

    \b
    nianbao show 衢州市民政局 2018
    """
    from flows.output import print_report, shown
    from warehouse.engine import open_warehouse
    from warehouse.show import find_report

    found = find_report(open_warehouse(settings.warehouse, create=False), agency, year)
    print_report(f"revision {found.revision}", found.report, found.findings)
    place = found.location
    click.echo(f"read from {shown(found.url)} as of {found.fetched_at:%Y-%m-%d %H:%M:%S} UTC")
    click.echo(f"  bytes in {settings.archive}/{place.file} from {place.offset}, {place.length} long")
    click.echo(f"  SHA-256 {found.digest}, reader {found.reader_version}")
    for address in found.addresses:
        click.echo(f"shown at {shown(address.url)} ({address.portal_id})")
    return 0
