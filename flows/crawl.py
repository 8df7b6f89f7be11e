"""The crawl as a Prefect flow. A task is a portal-year; page state is the ledger's, never Prefect's.

No task is cached, retried or persisted by Prefect: a retry would ask the portal again for pages that
the ledger has, and the session has retries of its own.
"""

import logging
from collections.abc import Sequence
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import wait
from prefect.task_runners import ThreadPoolTaskRunner

from extractors.http import Politeness, PoliteSession
from extractors.registry import Portal, RegistryError
from flows.progress import reporter
from flows.settings import settle
from flows.steps import Job, choose, discover_links, lanes, links_by_year, visit_link
from flows.stopping import stop_on_signals
from flows.summary import Ending, problems
from schema.records import Link
from warehouse.archive import Archive, repair
from warehouse.corrections import put_corrections
from warehouse.corrections_file import read_corrections
from warehouse.engine import open_warehouse
from warehouse.errors import WarehouseError
from warehouse.ledger import PortalRow, finish_run, register_portals, start_run, summary, visited

_SOFTWARE = "nianbao"
_THREADS: Any = ThreadPoolTaskRunner(max_workers=8)  # a lane waits for its host nearly all the time
_log = logging.getLogger("nianbao")


@flow(name="crawl", task_runner=_THREADS, validate_parameters=False)
def crawl(portals: Sequence[str] = (), years: Sequence[int] = (), command: str = "crawl") -> Ending:
    """Crawl portals by id (none: all but the blocked and the samples) for report years (none: all of them).

    Where things lie is the environment's to say (see `flows.settings`). Raises RegistryError and
    WarehouseError before anything is requested.
    """
    settings = settle({})
    chosen = choose(settings.portals, portals)
    engine = open_warehouse(settings.warehouse)
    register_portals(engine, map(_row, chosen))
    put_corrections(engine, read_corrections(settings.corrections))
    repairs = repair(settings.archive)
    run = start_run(engine, command=command, portals=[portal.id for portal in chosen], years=years)
    with Archive(settings.archive, _SOFTWARE) as archive, reporter() as progress, stop_on_signals() as stop:
        job = Job(run.id, engine, archive, progress, stop, settings.contact)
        futures = [crawl_lane.submit(job, lane, years) for lane in lanes(chosen)]
        wait(futures)
    failures = {portal: why for future in futures for portal, why in future.result().items()}
    ending = Ending(run, summary(engine, run.id), failures, tuple(repairs), stop.signal)
    if not stop:
        finish_run(engine, run.id, status="failed" if problems(ending) else "done")
    engine.dispose()
    return ending


@task(name="lane", cache_policy=NO_CACHE, persist_result=False)
def crawl_lane(job: Job, lane: Sequence[Portal], years: Sequence[int]) -> dict[str, str]:
    """Crawl the portals of one lane one after the other; gives what went wrong by portal id."""
    failures: dict[str, str] = {}
    for portal in lane:
        try:
            _crawl_portal(job, portal, years)
        except Exception as error:  # whatever it is, it must not stop the other portals
            _log.debug("portal %s", portal.id, exc_info=True)
            failures[portal.id] = _why(error)
    return failures


def _why(error: Exception) -> str:
    named = isinstance(error, RegistryError | WarehouseError)
    return str(error) if named else " ".join(f"{type(error).__name__}: {error}".split())


def _crawl_portal(job: Job, portal: Portal, years: Sequence[int]) -> None:
    if not portal.columns:
        raise RegistryError("no column is entered for it yet; the notes of its file say what to look up")
    done = visited(job.engine, job.run_id, portal.id)
    with PoliteSession(portal, Politeness(contact=job.contact)) as session:
        links = [link for link in list_portal(job, portal, session) if link.url not in done]
        groups = links_by_year(links, years)
        job.reporter.found(portal.id, sum(map(len, groups.values())))
        for year, group in groups.items():
            crawl_year(job, portal, session, year, group)


@task(name="list", task_run_name="{portal.id} list", cache_policy=NO_CACHE, persist_result=False)
def list_portal(job: Job, portal: Portal, session: PoliteSession) -> list[Link]:
    """List the columns of one portal."""
    return discover_links(job, portal, session)


@task(name="year", task_run_name="{portal.id} {year}", cache_policy=NO_CACHE, persist_result=False)
def crawl_year(job: Job, portal: Portal, session: PoliteSession, year: int | None, links: list[Link]) -> None:
    """Visit the links of one portal and report year in order, until the last or until a stop is asked for."""
    for link in links:
        if job.stop:
            return
        visit_link(job, portal, session, link)


def _row(portal: Portal) -> PortalRow:
    return PortalRow(portal.id, portal.name, portal.region, portal.platform, portal.base_url, portal.status)
