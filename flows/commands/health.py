"""`nianbao health`: one line a portal, and an exit code."""

from dataclasses import asdict

import click

from flows.commands.options import with_settings
from flows.settings import Settings

_COLUMNS = ("portal", "state", "last success (UTC)", "links", "why")


@click.command(short_help="Say how each portal fares; for monitoring.")
@click.argument("portal_ids", metavar="[PORTAL]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="A list of objects.")
@click.option("--alert", is_flag=True, help="Tell those whom NIANBAO_ALERTS names, if a portal is not well.")
@with_settings
def health(settings: Settings, portal_ids: tuple[str, ...], as_json: bool, alert: bool) -> int:
    """Say how each portal fares, from the ledger alone; the live ones if none is named, samples left out.

    \b
    well      crawled lately, and as before
    drift     it answers, but: clearly fewer links, a column without one, rows that no form has, odd new reports
    stale     no success for two days from January to April, nine days in the rest of the year
    failing   its last crawl broke off, or its lists do not answer
    never     not crawled yet

    \b
    nianbao health
    nianbao health quzhou --json
    nianbao health --alert        from cron, or as the deployment `health` of Prefect does

    Exit code 0 when all are well, 1 otherwise.
    """
    from flows.alerts import send_alert
    from flows.health import health as look
    from flows.health import sick
    from flows.json_lines import to_json
    from flows.output import print_table

    found = look(settings, portal_ids)
    if as_json:
        click.echo(to_json([asdict(one) for one in found]))
    else:
        rows = [
            (one.portal, one.state, one.last_success and f"{one.last_success:%Y-%m-%d %H:%M}", one.links, why)
            for one in found
            for why in ["; ".join(one.reasons)]
        ]
        print_table("", _COLUMNS, rows)
    unwell = sick(found)
    if alert:
        send_alert(settings.alerts, f"nianbao health: {len(unwell)} portals are not well", unwell)
    return int(bool(unwell))
