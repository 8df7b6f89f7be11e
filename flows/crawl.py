"""The crawl as a Prefect flow. A task is a portal-year; page state is the ledger's, never Prefect's.

No task is cached, retried or persisted by Prefect: a retry would ask the portal again for pages that
the ledger has, and the session has retries of its own.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

from extractors.registry import Portal
from flows.artifacts import Watched
from flows.portal import Job, PortalCrawl
from flows.progress import Reporter
from flows.steps import THREADS, LaneEnd, crawl_lane, crawl_run, list_links, visit_year
from flows.summary import Ending
from schema.records import Link

THREAD_RUNNER: Any = ThreadPoolTaskRunner(max_workers=THREADS)


@flow(name="crawl", task_runner=THREAD_RUNNER, validate_parameters=False)
def crawl(
    portals: Sequence[str] = (),
    years: Sequence[int] = (),
    command: str = "crawl",
    again: bool = False,
    missing: bool = False,
) -> Ending:
    """Crawl portals by id (none: the live ones but for the samples) for report years (none: all of them).

    With `again` the pages that are known are visited whether they are due or not (see `flows.schedule`), with
    `missing` only those that have not been read. Raises as `flows.steps.crawl_run`.
    """
    return run_in_tasks(portals, years, command, again=again, missing=missing)


def run_in_tasks(
    portals: Sequence[str],
    years: Sequence[int],
    command: str,
    *,
    again: bool,
    missing: bool,
    join: int | None = None,
) -> Ending:
    """A crawl whose lanes and portal-years are tasks of the flow that runs now. Raises as `flows.steps.crawl_run`."""

    def run_lanes(job: Job, lanes: Sequence[Sequence[Portal]]) -> Iterable[LaneEnd]:
        return [future.result() for future in [lane_task.submit(job, lane, years) for lane in lanes]]

    def watch(reporter: Reporter) -> Reporter:
        return Watched(reporter, f"nianbao-{command}-progress")

    return crawl_run(portals, years, command, run_lanes, again=again, missing=missing, join=join, watch=watch)


@task(name="lane", cache_policy=NO_CACHE, persist_result=False)
def lane_task(job: Job, lane: Sequence[Portal], years: Sequence[int]) -> LaneEnd:
    """Crawl the portals of one lane one after the other."""
    return crawl_lane(job, lane, years, list_task, year_task)


@task(name="list", task_run_name="{crawl.portal.id} list", cache_policy=NO_CACHE, persist_result=False)
def list_task(crawl: PortalCrawl) -> list[Link]:
    """List the columns of one portal."""
    return list_links(crawl)


@task(name="year", task_run_name="{crawl.portal.id} {year}", cache_policy=NO_CACHE, persist_result=False)
def year_task(crawl: PortalCrawl, year: int | None, links: list[Link]) -> None:
    """Visit the links of one portal and report year."""
    visit_year(crawl, year, links)
