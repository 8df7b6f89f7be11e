"""One run over many workers: each part of its lanes is a flow run of its own, wherever Prefect sends it.

All parts write into one run of the ledger, so nothing has to be put together afterwards, and a part that starts anew
leaves out what was visited before. Whether a part still lives is told by the leases of its hosts, for Prefect takes a
flow run whose machine is lost for running. A server that does not answer for a while stops nothing: parts crawl without
it, and are looked at again when it is back.
"""

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from httpx import HTTPError
from prefect.client.orchestration import get_client
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

from extractors.registry import Portal
from flows.settings import Settings
from flows.steps import choose, hosts_of, lanes, portal_row
from flows.summary import Ending, problems
from warehouse.corrections import put_corrections
from warehouse.corrections_file import read_corrections
from warehouse.engine import Engine, open_warehouse
from warehouse.errors import WarehouseError
from warehouse.leases import leased
from warehouse.ledger import finish_run, register_portals, start_run, summary
from warehouse.portal_runs import PortalRun, portal_runs, put_failures

_DEPLOYMENT = "part/part"
_LOOK = 2.0  # seconds between two looks at the parts
_START = 180.0  # seconds that a part may take from its start to its first lease; imports are slow on a busy machine
_SILENT = 20.0  # seconds without a lease after which a part that had one is lost; between lanes there is a moment
_TRIES = 4  # of one part
_PATIENCE = 24 * 3600.0
_log = logging.getLogger("nianbao.spread")


@dataclass(slots=True)
class _Part:
    """A part of a run: what it crawls, its flow run, and when a sign of life of it was last seen."""

    portals: Sequence[Portal]
    flow_run: UUID
    tries: int = 1
    seen: float = field(default_factory=time.monotonic)
    has_leased: bool = False
    is_over: bool = False
    failure: str = ""  # why it did not end well
    hidden: str = ""  # why the last look at it failed

    @property
    def ids(self) -> list[str]:
        return [portal.id for portal in self.portals]


def spread(
    settings: Settings, command: str, portals: Sequence[str], years: Sequence[int], parts: int, *, again: bool
) -> Ending:
    """Crawl in so many parts, wait for all of them and give the ending of the whole.

    Raises RegistryError and WarehouseError before anything is requested.
    """
    chosen = choose(settings.portals, portals)
    engine = open_warehouse(settings.warehouse)
    register_portals(engine, map(portal_row, chosen))
    put_corrections(engine, read_corrections(settings.corrections))
    run = start_run(engine, command=command, portals=[portal.id for portal in chosen], years=years)
    before = frozenset(portal_runs(engine, run.id))  # of a run that is taken up
    parameters = {"run_id": run.id, "command": command, "years": list(years), "again": again}
    begun = [_start(group, parameters) for group in grouped(lanes(chosen), parts)]
    _wait(begun, parameters, engine)
    put_failures(engine, run.id, _untold(begun, set(portal_runs(engine, run.id)) - before))
    ending = Ending.of_ledger(engine, run.id, summary(engine, run.id))
    finish_run(engine, run.id, status="failed" if problems(ending) else "done")
    engine.dispose()
    return ending


def _untold(parts: Sequence[_Part], ends: Collection[PortalRun]) -> dict[str, str]:
    """Why portals were not crawled of which no part could write it down: it was lost, or had no database itself."""
    told = {one.portal_id for one in ends}
    return {portal: part.failure for part in parts if part.failure for portal in part.ids if portal not in told}


def grouped(ways: Sequence[Sequence[Portal]], parts: int) -> list[list[Portal]]:
    """Lanes dealt out to parts, the longest first to the part that has least; a lane stays whole."""
    groups: list[list[Portal]] = [[] for _ in range(min(parts, len(ways)))]
    for way in sorted(ways, key=len, reverse=True):
        min(groups, key=len).extend(way)
    return groups


def _start(portals: Sequence[Portal], parameters: Mapping[str, object], key: str = "") -> _Part:
    """Start a part. With a key Prefect starts it once, however often the question must be asked."""
    told = {**parameters, "portals": [portal.id for portal in portals]}
    try:
        begun: Any = run_deployment(_DEPLOYMENT, parameters=told, timeout=0, idempotency_key=key or str(uuid4()))
    except ObjectNotFound as error:
        raise WarehouseError(
            "more than one part needs workers: `prefect deploy --all` into a work pool, or parts = 1"
        ) from error
    return _Part(portals, begun.id)


def _wait(parts: Sequence[_Part], parameters: Mapping[str, object], engine: Engine) -> None:
    """Wait for all parts, starting lost ones anew."""
    until = time.monotonic() + _PATIENCE
    while not all(part.is_over for part in parts) and time.monotonic() < until:
        time.sleep(_LOOK)
        for part in parts:
            if not part.is_over:
                _try_to_look(part, parameters, engine)
    for part in parts:
        part.failure = part.failure if part.is_over else "its part does not end"


def _try_to_look(part: _Part, parameters: Mapping[str, object], engine: Engine) -> None:
    """Look, or note that nobody could: a time without Prefect or the warehouse is no silence of the part."""
    try:
        _look(part, parameters, engine)
        part.hidden = ""
    except (HTTPError, WarehouseError) as error:
        if str(error) != part.hidden:  # once, not every two seconds of a night
            _log.warning("cannot look how a part is doing: %s", error)
        part.hidden, part.seen = str(error), time.monotonic()


def _look(part: _Part, parameters: Mapping[str, object], engine: Engine) -> None:
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(part.flow_run).state
        if state and state.is_final() and not state.is_crashed():
            part.is_over = True
            part.failure = "" if state.is_completed() else f"its part ended {state.name}: {state.message}"
            return
        now, is_alive = time.monotonic(), bool(leased(engine, hosts_of(part.portals)))
        part.has_leased |= is_alive
        if is_alive or state is None or state.is_scheduled():
            part.seen = now
        is_lost = now - part.seen > (_SILENT if part.has_leased else _START)
        if not (is_lost or (state and state.is_crashed())):
            return
        _log.warning("a part was lost and starts anew: %s", ", ".join(part.ids))
        if is_lost:
            client.set_flow_run_state(part.flow_run, Crashed(message="no sign of life"), force=True)
    _restart(part, parameters)


def _restart(part: _Part, parameters: Mapping[str, object]) -> None:
    """Start a part anew; what its predecessor visited is left out by the ledger. One try counts once it has begun."""
    if part.tries == _TRIES:
        part.is_over, part.failure = True, "its part was lost again and again"
        return
    begun = _start(part.portals, parameters, key=f"after {part.flow_run}")
    part.flow_run, part.seen, part.has_leased = begun.flow_run, begun.seen, False
    part.tries += 1
