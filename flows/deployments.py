"""The flows that Prefect deploys: `prefect.yaml` names them, `nianbao serve` runs them all from one process.

Settings come from the environment of the process that runs a flow, never from its parameters, which Prefect keeps: the
URL of a warehouse may hold a password. A flow ends Failed when its run has problems, so that Prefect's automations can
tell somebody; what they are is in its page, an artifact.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import Field

from extractors.registry import RegistryError
from flows.after import tell
from flows.alerts import send_alert
from flows.artifacts import keep_page
from flows.crawl import THREAD_RUNNER, run_in_tasks
from flows.estimate import estimate
from flows.health import health as look
from flows.health import sick
from flows.ingest_run import take_files
from flows.reparse import Asked
from flows.reparse import reparse as read_again
from flows.settings import SettingsError, environment, settle
from flows.spread import spread
from flows.steps import choose
from flows.summary import Ending, print_ending, problems
from warehouse.errors import WarehouseError

# What a form can check. What a field means it takes from the docstrings, in the notation that Prefect reads.
Year = Annotated[int, Field(ge=2008, le=2100)]
Parts = Annotated[int, Field(ge=1, le=64)]


@flow(name="nightly", task_runner=THREAD_RUNNER)
def nightly(portals: list[str] = [], again: bool = False, parts: Parts = 1) -> State[Any]:  # noqa: B006 - a form's default
    """Crawl all live portals; ask only for what may have changed.

    Args:
        portals: Ids of the registry, of portals or of prefectures; none: all live portals.
        again: Visit also the pages that are known, whether they are due or not.
        parts: Flow runs to share the portals; more than 1 wants a work pool with workers.

    """
    with _told("nightly") as told:
        told.state = _crawl("nightly", portals, [], again=again, parts=parts)
    return told.state


@flow(name="part", task_runner=THREAD_RUNNER)
def part(run_id: int, portals: list[str], command: str, years: list[int], again: bool) -> State[Any]:
    """Crawl the portals of one part of a run that is spread over workers. Other flows start it; no person does."""
    missing = command == "backfill" and not again
    ending = run_in_tasks(portals, years, command, again=again, missing=missing, join=run_id)
    print_ending(ending, settle({}))
    return _state(ending)


@flow(name="backfill", task_runner=THREAD_RUNNER)
def backfill(
    year: Year,
    portals: list[str] = [],  # noqa: B006
    again: bool = False,
    files: list[str] = [],  # noqa: B006
    parts: Parts = 1,
) -> State[Any]:
    """Fetch what is missing of one report year: from the portals, then from WARC files.

    Args:
        year: Report year, the year that is reported on.
        portals: Ids of the registry, of portals or of prefectures; none: all live portals.
        again: Visit also the pages that have been read already.
        files: WARC files on the worker's disk, loaded after the portals.
        parts: Flow runs to share the portals; more than 1 wants a work pool with workers.

    """
    with _told("backfill") as told:
        settings = settle({})
        for line in estimate(settings, year, portals, again=again).lines():
            get_run_logger().info(line)
        told.state = _crawl("backfill", portals, [year], again=again, parts=parts)
        chosen = choose(settings.portals, portals)
        if files and take_files(settings, [Path(file) for file in files], chosen, None, [year]):
            told.state = _ended(["the files were not loaded as they should; the log says more"], "")
    return told.state


@flow(name="reparse")
def reparse(
    portals: list[str] = [],  # noqa: B006
    years: list[int] = [],  # noqa: B006
    only_quarantine: bool = False,
    dry_run: bool = False,
    dask: str = "",
) -> State[Any]:
    """Read the archive again with the present reader; no portal is asked for anything.

    Args:
        portals: Ids of the registry; none: every portal.
        years: Report years; none: all.
        only_quarantine: Only pages that rest in quarantine.
        dry_run: Say in the log what would change, and change nothing.
        dask: A Dask scheduler whose workers read, as tcp://HOST:PORT; none: the processors of this machine.

    """
    with _told("reparse") as told:
        done = read_again(settle({}), Asked(portals, years, only_quarantine, dry_run, cluster=dask))
        failed = [f"{where}: {why}" for where, why in done.failures.items()]
        failed += ["stopped; given again it goes on"] if done.signal else []
        told.state = _ended(failed, f"{done.documents} documents of {done.pages} pages")
    return told.state


@flow(name="publish")
def publish(to: str, version: str | None = None, previous: str | None = None) -> State[Any]:
    """Make a release of the warehouse in a new folder.

    Args:
        to: The folder, on the worker's disk; it must not be there yet.
        version: What to call it; none: the day of the last crawl.
        previous: The folder of the release before, to tell what has changed.

    """
    from warehouse.release.publish import publish as make  # it brings pandas, which no other flow waits for

    with _told("publish") as told:
        make(settle({}).warehouse, Path(to), version, Path(previous) if previous else None)
        told.state = _ended([], f"{to} is whole")
    return told.state


@flow(name="health")
def health(portals: list[str] = []) -> State[Any]:  # noqa: B006
    """Say how each portal fares, and alert where one is not well.

    Args:
        portals: Ids of the registry, of portals or of prefectures; none: all live portals.

    """
    with _told("health") as told:
        settings = settle({})
        unwell = sick(look(settings, portals))
        send_alert(settings.alerts, f"nianbao health: {len(unwell)} portals are not well", unwell)
        told.state = _ended(unwell, "all portals are well")
    return told.state


@dataclass
class _Told:
    state: State[Any] = field(default_factory=Failed)


@contextmanager
def _told(command: str) -> Iterator[_Told]:
    """Turn what a person can mend (a registry entry, a setting, a full disk) into an end with one line, and alert."""
    told = _Told()
    try:
        yield told
    except (RegistryError, SettingsError, WarehouseError, OSError) as error:
        told.state = _ended([str(error)], "")
        send_alert(os.environ.get("NIANBAO_ALERTS", ""), f"nianbao {command} did not start or broke off", [str(error)])


def _crawl(command: str, portals: Sequence[str], years: Sequence[int], *, again: bool, parts: int = 1) -> State[Any]:
    settings = settle({})
    os.environ.update(environment(settings))  # settled once: `.env` may change under a run
    if parts > 1:
        ending = spread(settings, command, portals, years, parts, again=again)
    else:
        ending = run_in_tasks(portals, years, command, again=again, missing=command == "backfill" and not again)
    tell(ending, settings, command, lambda page: keep_page(page, command))
    return _state(ending)


def _state(ending: Ending) -> State[Any]:
    if ending.signal:
        return Failed(message="stopped; the next run goes on from there")
    return _ended(problems(ending), f"run {ending.run.id}")


def _ended(failed: Iterable[str], well: str) -> State[Any]:
    first = list(failed)
    more = f" (and {len(first) - 1} more problems)" if len(first) > 1 else ""
    return Failed(message=first[0] + more) if first else Completed(message=well)
