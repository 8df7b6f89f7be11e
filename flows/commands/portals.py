"""`nianbao portals`: the registry and how far each portal has got; `nianbao portals probe`: a first look at one."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands.options import with_settings
from flows.settings import Settings

if TYPE_CHECKING:  # what the registry imports must not delay a command that does not read it
    from extractors.probe import Survey
    from extractors.registry import Portal

_COLUMNS = ("id", "name", "platform", "region", "status", "columns", "last crawl (UTC)", "reports")
_PROGRESS = """
    SELECT portal.id, MAX(page.last_tried) AS last_crawl, COUNT(DISTINCT report_address.report_id) AS reports
    FROM portal
    LEFT JOIN page ON page.portal_id = portal.id
    LEFT JOIN report_address ON report_address.portal_id = page.portal_id
        AND report_address.url = page.url AND report_address.left_at IS NULL
    GROUP BY portal.id
"""


@click.group(invoke_without_command=True, short_help="List the registry and its state; look at a portal.")
@click.option("--platform", "platforms", multiple=True, help="Only portals of this platform; may be repeated.")
@click.option("--province", "provinces", multiple=True, help="Only portals there: 33 or 浙江; may be repeated.")
@click.option("--status", "statuses", multiple=True, help="Only portals of this status; may be repeated.")
@with_settings
def portals(settings: Settings, platforms: Sequence[str], provinces: Sequence[str], statuses: Sequence[str]) -> int:
    """List the registered portals, with their last crawl and reports when there is a warehouse.

    \b
    nianbao portals
    nianbao portals --province 浙江 --platform hanweb --platform hanweb_jpaas
    nianbao portals --portals my-portals/
    nianbao portals probe https://www.example.gov.cn/
    """
    if click.get_current_context().invoked_subcommand:
        return 0
    from extractors.registry import load_portals
    from flows.output import print_table

    registry = load_portals(settings.portals).values()
    chosen = [portal for portal in registry if _chosen(portal, platforms, provinces, statuses)]
    progress = _progress(settings.warehouse)
    print_table("", _COLUMNS, [_row(portal, progress) for portal in chosen])
    click.echo(_counted(chosen))
    return 0


@portals.command(short_help="Recognise a portal's system and find its column.")
@click.argument("url")
@with_settings
def probe(settings: Settings, url: str) -> int:
    """Look at a portal, and print the registry entry that a person may review and keep.

    \b
    nianbao portals probe https://www.example.gov.cn/ --contact you@example.org
    nianbao portals probe https://www.example.gov.cn/col/col123/index.html > data/portals/example.toml

    URL is its home page, a page that leads to the column of annual reports, or the column. A handful of pages is
    visited, as politely as in a crawl. The entry goes to stdout; what was visited, what told the system, and what is
    in doubt goes to stderr. Exit code 0 means that the column's list holds annual reports, 1 that a person must look.
    """
    from extractors.http import Pacing, Politeness, PoliteSession, Turns
    from extractors.http.turns import machine_folder
    from extractors.probe import entry, visitor
    from extractors.probe import probe as look

    if not url.startswith(("http://", "https://")):
        raise click.UsageError(f"'{url}' is no web address: it begins with http:// or https://")
    pacing = Pacing(Turns(machine_folder()))  # a crawl may be asking the same host at this moment
    with PoliteSession(visitor(url), Politeness(contact=settings.contact), pacing) as session:
        survey = look(url, session)
    for line in _told(survey):
        click.echo(line, err=True)
    if survey.address:
        click.echo(entry(survey, date.today()), nl=False)
    return 0 if survey.reports else 1


def _told(survey: "Survey") -> Iterable[str]:
    """What a person should know before the entry is kept."""
    from flows.output import shown

    recognition = survey.recognition
    lines = [f"visited: {visit}" for visit in survey.visits]
    if survey.address:
        lines.append(f"platform: {recognition.platform}, by {recognition.evidence}")
    if survey.column:
        lines.append(f"column: {survey.column.title}, {survey.column.url}")
        lines.append(f"listed: {len(survey.listed)} documents, {survey.reports} of them called annual reports")
    if survey.address and not survey.region:
        lines.append("region: not known; look up its code of GB/T 2260")
    lines += [f"in doubt: {doubt}" for doubt in (*recognition.doubts, *survey.doubts)]
    return map(shown, lines)


def _chosen(portal: "Portal", platforms: Sequence[str], provinces: Sequence[str], statuses: Sequence[str]) -> bool:
    from extractors.regions import place_names

    province = "".join(place_names(f"{portal.region[:2]}0000"))
    return (
        (not platforms or portal.platform in platforms)
        and (not statuses or portal.status in statuses)
        and (
            not provinces or any(one in (portal.region[:2], province) or province.startswith(one) for one in provinces)
        )
    )


def _row(portal: "Portal", progress: dict[str, tuple[object, object]]) -> Sequence[object]:
    last, reports = progress.get(portal.id, (None, 0))
    columns = len(portal.columns)
    return portal.id, portal.name, portal.platform, portal.region, portal.status, columns, last, reports


def _counted(chosen: Sequence["Portal"]) -> str:
    provinces = {portal.region[:2] for portal in chosen}
    platforms = Counter(portal.platform for portal in chosen)
    parts = ", ".join(f"{name} {count}" for name, count in platforms.most_common())
    return f"{len(chosen)} portals in {len(provinces)} provinces{': ' if parts else ''}{parts}"


def _progress(warehouse: str) -> dict[str, tuple[object, object]]:
    """Last crawl and number of reports by portal id; nothing while nobody has crawled."""
    from warehouse.engine import parse_url
    from warehouse.query import run_query

    url = parse_url(warehouse)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return {}
    rows = run_query(warehouse, _PROGRESS).rows
    return {str(portal): (str(last)[:16] if last else None, reports) for portal, last, reports in rows}
