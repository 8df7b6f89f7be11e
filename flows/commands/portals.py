"""`nianbao portals`: the registry and how far each portal has got."""

from pathlib import Path

import click

from flows.commands.options import with_settings
from flows.settings import Settings

_COLUMNS = ("id", "name", "platform", "region", "status", "last crawl (UTC)", "reports")
_PROGRESS = """
    SELECT portal.id, MAX(page.last_tried) AS last_crawl, COUNT(DISTINCT report_address.report_id) AS reports
    FROM portal
    LEFT JOIN page ON page.portal_id = portal.id
    LEFT JOIN report_address ON report_address.portal_id = page.portal_id
        AND report_address.url = page.url AND report_address.left_at IS NULL
    GROUP BY portal.id
"""


@click.command(short_help="List the registry and its state.")
@with_settings
def portals(settings: Settings) -> int:
    """List the registered portals, with their last crawl and reports when there is a warehouse.

    \b
    nianbao portals
    nianbao portals --portals my-portals/
    """
    from extractors.registry import load_portals
    from flows.output import print_table

    registry = load_portals(settings.portals)
    progress = _progress(settings.warehouse)
    rows = [
        (
            portal.id,
            portal.name,
            portal.platform,
            portal.region,
            portal.status,
            *progress.get(portal.id, (None, 0)),
        )
        for portal in registry.values()
    ]
    print_table("", _COLUMNS, rows)
    return 0


def _progress(warehouse: str) -> dict[str, tuple[object, object]]:
    """Last crawl and number of reports by portal id; nothing while nobody has crawled."""
    from warehouse.engine import parse_url
    from warehouse.query import run_query

    url = parse_url(warehouse)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return {}
    rows = run_query(warehouse, _PROGRESS).rows
    return {str(portal): (str(last)[:16] if last else None, reports) for portal, last, reports in rows}
