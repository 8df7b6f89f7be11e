"""What becomes of the parts of a shared run that end otherwise than well: a real Prefect server, and no worker at all.

Parts that are crawled, and workers that die, are in `test_serve` and `test_chaos_workers`.
"""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from extractors.registry import load_portals
from flows import spread
from flows.sample_portal import SamplePortal
from flows.settings import Settings, settle
from flows.steps import portal_row
from flows.summary import Ending, problems
from tests.flows.crawling import Place
from tests.flows.processes import PATIENCE, until
from warehouse.engine import open_warehouse, writing
from warehouse.errors import WarehouseError
from warehouse.ledger import register_portals, start_run
from warehouse.portal_runs import PortalRun, put_portal_run
from warehouse.tables import run as runs

pytestmark = pytest.mark.slow

CLASSIC, JPAAS = SamplePortal.IDS


@pytest.fixture
def client(prefect: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings

    monkeypatch.setattr(spread, "_LOOK", 0.05)
    with temporary_settings({PREFECT_API_URL: prefect["PREFECT_API_URL"]}), get_client(sync_client=True) as client:
        client.create_deployment(client.create_flow_from_name("part"), "part")
        yield client


@pytest.fixture
def settings(place: Place) -> Settings:
    return settle({}, {"NIANBAO_DATA": str(place.data), "NIANBAO_PORTALS": str(place.portals)})


class Shared:
    """A shared run under way in a thread."""

    def __init__(self, client: Any, settings: Settings) -> None:
        from prefect.settings import PREFECT_API_URL, temporary_settings

        self.client, self.ends = client, list[Ending]()
        self.before = {one.id for one in client.read_flow_runs()}
        self.over = set(self.before)
        server = PREFECT_API_URL.value()

        def run() -> None:
            with temporary_settings({PREFECT_API_URL: server}):
                self.ends.append(spread.spread(settings, "nightly", list(SamplePortal.IDS), [], 2, again=False))

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    def part_of(self, portal: str) -> Any:
        """The newest flow run of a portal that has not been ended here, once it is there."""
        return until(lambda: next((one for one in self._waiting() if one.parameters["portals"] == [portal]), None))

    def _waiting(self) -> list[Any]:
        return [one for one in self.client.read_flow_runs() if one.id not in self.over and "portals" in one.parameters]

    def end(self, portal: str, state: Any) -> None:
        part = self.part_of(portal)
        self.over.add(part.id)
        self.client.set_flow_run_state(part.id, state, force=True)

    def ending(self) -> Ending:
        self.thread.join(PATIENCE)
        return self.ends[0]


def test_what_no_part_could_write_down_is_told_and_entered(client: Any, settings: Settings, place: Place) -> None:
    from prefect.states import Cancelled, Failed

    run = Shared(client, settings)
    run.end(CLASSIC, Failed(message="cannot read the warehouse"))
    run.end(JPAAS, Cancelled(message="by a person"))
    ending = run.ending()
    assert ending.failures == {
        CLASSIC: "its part ended Failed: cannot read the warehouse",
        JPAAS: "its part ended Cancelled: by a person",
    }
    assert len(problems(ending)) == 2
    assert dict(place.ask("SELECT portal_id, failure FROM portal_run")) == ending.failures


def test_what_an_earlier_part_of_a_run_wrote_down_is_not_taken_for_this_ones(client: Any, settings: Settings) -> None:
    """The run died, and is taken up by the same command."""
    from prefect.states import Completed, Failed

    engine = open_warehouse(settings.warehouse)
    register_portals(engine, map(portal_row, load_portals(settings.portals).values()))
    died = start_run(engine, command="nightly", portals=list(SamplePortal.IDS), years=[])
    put_portal_run(engine, PortalRun(died.id, CLASSIC, 2, 2, 3, 10, 1))
    with writing(engine) as connection:
        connection.execute(update(runs).values(process_started="long ago"))
    engine.dispose()
    run = Shared(client, settings)
    run.end(JPAAS, Completed())
    run.end(CLASSIC, Failed(message="cannot read the warehouse"))
    ending = run.ending()
    assert ending.run.id == died.id
    assert ending.failures == {CLASSIC: "its part ended Failed: cannot read the warehouse"}


def test_a_part_that_crashes_again_and_again_is_given_up(client: Any, settings: Settings) -> None:
    from prefect.states import Completed, Crashed

    run = Shared(client, settings)
    run.end(JPAAS, Completed())
    for _ in range(4):
        run.end(CLASSIC, Crashed())
    assert run.ending().failures == {CLASSIC: "its part was lost again and again"}


def test_time_in_which_nobody_could_look_is_no_silence(
    client: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warehouse is away for longer than a part may be silent."""
    from prefect.states import Completed, Running

    away = threading.Event()

    def leased(*asked: Any) -> frozenset[str]:
        if away.is_set():
            raise WarehouseError("the warehouse is away")
        return frozenset({"a host"})

    monkeypatch.setattr(spread, "leased", leased)
    monkeypatch.setattr(spread, "_SILENT", 2.0)
    run = Shared(client, settings)
    parts = [run.part_of(portal) for portal in SamplePortal.IDS]
    for part in parts:
        client.set_flow_run_state(part.id, Running(), force=True)
    time.sleep(0.5)  # some looks
    away.set()
    time.sleep(3)
    monkeypatch.setattr(spread, "leased", lambda *asked: frozenset())
    time.sleep(0.5)  # some looks
    for portal in SamplePortal.IDS:
        run.end(portal, Completed())
    ending = run.ending()
    assert ending.failures == {}
    begun = [one for one in client.read_flow_runs() if one.parameters.get("portals") and one.id not in run.before]
    assert len(begun) == 2
