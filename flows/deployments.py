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
from flows.settings import SettingsError, environment, settle
from flows.spread import spread
from flows.steps import choose
from flows.summary import Ending, print_ending, problems
from warehouse.errors import WarehouseError

Portals = Annotated[
    list[str], Field(description="Ids of the registry, of portals or of prefectures; empty: all live portals")
]
Again = Annotated[bool, Field(description="Visit also the pages that are known, or have been read already")]
Parts = Annotated[
    int, Field(ge=1, le=64, description="Flow runs to share the portals; more than 1 wants a work pool with workers")
]
Year = Annotated[int, Field(ge=2008, le=2100, description="Report year, the year that is reported on")]
Files = Annotated[list[str], Field(description="WARC files on the worker's disk, loaded after the portals")]


@flow(name="nightly", task_runner=THREAD_RUNNER)
def nightly(portals: Portals = [], again: Again = False, parts: Parts = 1) -> State[Any]:  # noqa: B006 - a form's default
    """Crawl all live portals; ask only for what may have changed."""
    with _told("nightly") as told:
        told.state = _crawl("nightly", portals, [], again=again, parts=parts)
    return told.state


@flow(name="part", task_runner=THREAD_RUNNER)
def part(run_id: int, portals: Portals, command: str, years: list[int], again: bool) -> State[Any]:
    """Crawl the portals of one part of a run that is spread over workers. Other flows start it; no person does."""
    missing = command == "backfill" and not again
    ending = run_in_tasks(portals, years, command, again=again, missing=missing, join=run_id)
    print_ending(ending, settle({}))
    return _state(ending)


@flow(name="backfill", task_runner=THREAD_RUNNER)
def backfill(
    year: Year,
    portals: Portals = [],  # noqa: B006
    again: Again = False,
    files: Files = [],  # noqa: B006
    parts: Parts = 1,
) -> State[Any]:
    """Fetch what is missing of one report year: from the portals, then from WARC files."""
    with _told("backfill") as told:
        settings = settle({})
        for line in estimate(settings, year, portals, again=again).lines():
            get_run_logger().info(line)
        told.state = _crawl("backfill", portals, [year], again=again, parts=parts)
        chosen = choose(settings.portals, portals)
        if files and take_files(settings, [Path(file) for file in files], chosen, None, [year]):
            told.state = _ended(["the files were not loaded as they should; the log says more"], "")
    return told.state


@flow(name="health")
def health(portals: Portals = []) -> State[Any]:  # noqa: B006
    """Say how each portal fares, and alert where one is not well."""
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
