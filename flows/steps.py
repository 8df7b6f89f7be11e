"""The order of a crawl as plain functions: which portals, which go side by side, which links when.

An engine (`flows.crawl` has Prefect) runs the lanes and makes tasks of the steps; without one they are plain calls.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from extractors.http import Pacing, Turns
from extractors.http.turns import machine_folder
from extractors.links import year_hint
from extractors.registry import Portal, RegistryError, load_portals, pick
from flows.hosts import Hosts, HostTaken, LaneStop
from flows.portal import Job, PortalCrawl
from flows.progress import Reporter, reporter
from flows.readers import Readers
from flows.settings import settle
from flows.stopping import stop_on_signals
from flows.summary import Ending, problems
from schema.records import Link
from warehouse.archive import Archive, repair
from warehouse.corrections import put_corrections
from warehouse.corrections_file import read_corrections
from warehouse.engine import open_warehouse
from warehouse.errors import WarehouseError, said_by_database
from warehouse.ledger import PortalRow, Run, finish_run, register_portals, start_run, summary
from warehouse.portal_runs import PortalRun, put_failures, put_portal_run

RunLanes = Callable[[Job, Sequence[Sequence[Portal]]], Iterable["LaneEnd"]]
ListStep = Callable[[PortalCrawl], list[Link]]
YearStep = Callable[[PortalCrawl, int | None, list[Link]], None]


_SOFTWARE = "nianbao"
THREADS = 200  # lanes at once; a lane waits for its host nearly all the time
_log = logging.getLogger("nianbao")


def side_by_side(years: Sequence[int]) -> RunLanes:
    """The engine that needs no other: a thread of this process for each lane."""

    def run_lanes(job: Job, chosen: Sequence[Sequence[Portal]]) -> Iterable[LaneEnd]:
        with ThreadPoolExecutor(min(THREADS, len(chosen)), "lane") as threads:
            return list(threads.map(lambda lane: crawl_lane(job, lane, years), chosen))

    return run_lanes


@dataclass(frozen=True, slots=True)
class LaneEnd:
    """How a lane ended, by portal id: what went wrong, and how many links were found that are not due."""

    failures: Mapping[str, str]
    resting: Mapping[str, int]


def crawl_run(
    portals: Sequence[str],
    years: Sequence[int],
    command: str,
    run_lanes: RunLanes,
    *,
    again: bool = False,
    missing: bool = False,
    join: int | None = None,
    watch: Callable[[Reporter], Reporter] = lambda told: told,
) -> Ending:
    """One run from its start in the ledger to its end; takes up one that died.

    Where things lie is the environment's to say (see `flows.settings`). With `join` the
    portals are a part of a run that somebody else began and ends (see `flows.spread`). `watch` may put another reporter
    before the usual one. Raises RegistryError and
    WarehouseError before anything is requested.
    """
    settings = settle({})
    chosen = choose(settings.portals, portals)
    engine = open_warehouse(settings.warehouse)
    register_portals(engine, map(portal_row, chosen))
    put_corrections(engine, read_corrections(settings.corrections))
    repairs = repair(settings.archive)
    ids = [portal.id for portal in chosen]
    run = Run(join, False, 0) if join else start_run(engine, command=command, portals=ids, years=years)
    pacing = Pacing(Turns(machine_folder()))
    with (
        Archive(settings.archive, _SOFTWARE) as archive,
        watch(reporter(settings.log_format)) as progress,
        Readers() as readers,
        stop_on_signals() as stop,
        Hosts(engine, run.id) as hosts,
    ):
        now = datetime.now(UTC)
        job = Job(
            *(run.id, engine, archive, progress, stop, now, hosts),
            *(readers.read, pacing, settings.contact, again, missing),
        )
        ends = list(run_lanes(job, lanes(chosen)))
    failures = {portal: why for end in ends for portal, why in end.failures.items()}
    resting = {portal: count for end in ends for portal, count in end.resting.items()}
    told = summary(engine, run.id)
    told = replace(told, portals=tuple(one for one in told.portals if one.portal in ids))
    ending = Ending(run, told, failures, tuple(repairs), stop.signal, resting)
    if not (stop or join):
        finish_run(engine, run.id, status="failed" if problems(ending) else "done")
    engine.dispose()
    return ending


def portal_row(portal: Portal) -> PortalRow:
    """What the warehouse keeps of a registry entry."""
    of_columns = {column.agency: column.agency for column in portal.columns if column.agency}
    names = {**portal.agencies, **of_columns}
    return PortalRow(portal.id, portal.name, portal.region, portal.platform, portal.base_url, portal.status, names)


def choose(directory: Path, ids: Sequence[str]) -> list[Portal]:
    """The portals to crawl; raises RegistryError when there is none, for a run of nothing is not done."""
    chosen = pick(load_portals(directory), ids)
    if not chosen:
        raise RegistryError(f"{directory}: no portal there is live, samples left out; name one to crawl it")
    return chosen


def lanes(portals: Sequence[Portal]) -> list[list[Portal]]:
    """Put the portals that share a host, directly or through another, into one lane."""
    grouped: list[tuple[set[str], list[Portal]]] = []
    for portal in portals:
        hosts = _hosts(portal)
        joined = [lane for lane in grouped if lane[0] & hosts]
        members = [member for lane in joined for member in lane[1]]
        grouped = [lane for lane in grouped if lane not in joined]
        grouped.append((hosts.union(*(lane[0] for lane in joined)), [*members, portal]))
    return [members for _, members in grouped]


def hosts_of(portals: Iterable[Portal]) -> set[str]:
    """The hosts that these portals may be asked at."""
    return set[str]().union(*map(_hosts, portals))


def _hosts(portal: Portal) -> set[str]:
    return {urlsplit(portal.base_url).netloc.lower(), *(host.lower() for host in portal.hosts)}


def list_links(crawl: PortalCrawl) -> list[Link]:
    """List the columns of one portal."""
    return crawl.list_links()


def visit_year(crawl: PortalCrawl, year: int | None, links: list[Link]) -> None:
    """Visit the links of one report year."""
    crawl.visit(links)


def crawl_lane(
    job: Job,
    lane: Sequence[Portal],
    years: Sequence[int],
    list_step: ListStep = list_links,
    year_step: YearStep = visit_year,
) -> LaneEnd:
    """Crawl the portals of one lane one after the other; one that breaks off does not stop the next."""
    failures: dict[str, str] = {}
    resting: dict[str, int] = {}
    try:
        with job.hosts.hold(hosts_of(lane), job.stop, max(portal.gap for portal in lane)) as held:
            job = replace(job, stop=LaneStop(job.stop, held))
            for portal in lane:
                resting[portal.id], why = _crawl_one(job, portal, years, list_step, year_step)
                if why := why or held.lost:
                    failures[portal.id] = why
    except HostTaken as taken:
        failures |= {} if job.stop else _not_begun(job, lane, taken)
    except WarehouseError as error:  # of the lease; one lane's bad moment must not end the others' run
        failures |= _not_begun(job, lane, error)
    return LaneEnd(failures, resting)


def _not_begun(job: Job, lane: Sequence[Portal], why: Exception) -> dict[str, str]:
    """Why no portal of a lane was crawled; also in the ledger, which is all that others see of a part of their run."""
    failures = {portal.id: str(why) for portal in lane}
    try:
        put_failures(job.engine, job.run_id, failures)
    except WarehouseError as error:
        _log.warning("the ledger does not know: %s", error)
    return failures


def _crawl_one(
    job: Job, portal: Portal, years: Sequence[int], list_step: ListStep, year_step: YearStep
) -> tuple[int, str]:
    """How many links of a portal are not due, and why its crawl broke off, if it did."""
    try:
        return crawl_portal(job, portal, years, list_step, year_step), ""
    except Exception as error:  # whatever it is, it must not stop the other portals
        _log.debug("portal %s", portal.id, exc_info=True)
        return 0, _why(error)


def _why(error: Exception) -> str:
    if isinstance(error, RegistryError | WarehouseError):
        return str(error)
    return said_by_database(error) or " ".join(f"{type(error).__name__}: {error}".split())


def crawl_portal(
    job: Job, portal: Portal, years: Sequence[int], list_step: ListStep = list_links, year_step: YearStep = visit_year
) -> int:
    """Crawl one portal; gives how many links were found that are not due. Raises RegistryError without columns.

    The steps are parameters so that an engine can make tasks of them: a portal-year is the smallest.
    """
    began, failure, waiting = time.monotonic(), "", 0
    crawl: PortalCrawl | None = None
    try:
        with PortalCrawl(job, portal) as crawl:
            groups = links_by_year(list_step(crawl), years)
            due = {year: crawl.due(links) for year, links in groups.items()}
            waiting = sum(map(len, due.values()))
            job.reporter.found(portal.id, waiting)
            for year, links in due.items():
                if links:
                    year_step(crawl, year, links)
            return sum(map(len, groups.values())) - waiting
    except Exception as error:
        failure = _why(error)
        raise
    finally:
        seconds = round(time.monotonic() - began)
        found, cost = (crawl.found, crawl.cost) if crawl else (0, (0, 0))
        put_portal_run(job.engine, PortalRun(job.run_id, portal.id, found, waiting, *cost, seconds, failure))


def links_by_year(links: Iterable[Link], years: Sequence[int]) -> dict[int | None, list[Link]]:
    """Group the links by the report year that their titles or dates suggest, the oldest year first.

    With `years` the links of other years are left out; those that suggest none (None, at the end) stay
    in, because only their documents can tell.
    """
    groups: defaultdict[int | None, list[Link]] = defaultdict(list)
    for link in links:
        year = year_hint(link)
        if not years or year is None or year in years:
            groups[year].append(link)
    return dict(sorted(groups.items(), key=lambda group: (group[0] is None, group[0] or 0)))
