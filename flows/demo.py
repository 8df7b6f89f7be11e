"""`nianbao demo`: the sample portals, crawled for real, and three questions to what came of it."""

from pathlib import Path

import click

from flows.output import print_table
from flows.run import run_crawl
from flows.sample_portal import SamplePortal
from flows.settings import settle
from flows.summary import exit_code, print_ending
from warehouse.query import run_query

_QUESTIONS = {
    "What did 衢州市民政局 disclose in 2018?": """
        SELECT indicator, printed_label, value, unit_zh, grid, grid_row, grid_column
        FROM observations
        WHERE agency = '衢州市民政局' AND year = 2018 AND indicator = 'proactive.total'""",
    "How much did all agencies disclose in each year, and how many left that cell without a number?": """
        SELECT year, COUNT(*) AS reports, SUM(value) AS items, COUNT(*) - COUNT(value) AS without_number
        FROM panel WHERE indicator = 'proactive.total' GROUP BY year ORDER BY year""",
    "Which reports break the form's own arithmetic?": """
        SELECT agency, year, rule, message
        FROM quality WHERE severity = 'error' ORDER BY agency, year, rule LIMIT 5""",
}


def run_demo(home: Path) -> int:
    """Serve the sample portals, crawl them into `home`, print the summary and ask. Gives the exit code."""
    settings = settle({"data": str(home), "portals": str(home / "portals")}, {})
    settings.portals.mkdir(parents=True, exist_ok=True)
    with _sample() as sample:
        sample.write_registry(settings.portals)
        ending = run_crawl(settings, sorted(sample.base_urls), [], "demo")
    print_ending(ending, settings)
    for question, sql in _QUESTIONS.items():
        answer = run_query(settings.warehouse, sql)
        print_table(question, answer.columns, answer.rows)
    click.echo(f'Ask more: nianbao query --warehouse {settings.warehouse} "SELECT ..."')
    click.echo(f"Look at it in the browser: nianbao explore --data {home}")
    return exit_code(ending)


def _sample() -> SamplePortal:
    """The sample on its usual ports, since a page is known by its address; on others if those are taken."""
    try:
        return SamplePortal(ports=SamplePortal.PORTS)
    except OSError:
        click.echo(f"ports {SamplePortal.PORTS} are taken: on others every page has a new address", err=True)
        return SamplePortal()
