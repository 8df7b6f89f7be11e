"""Nights by themselves: a schedule that fires for real, and a run over two workers of which one is lost.

One Prefect server, on PostgreSQL, for both: that of `nianbao serve`. The nights go into one warehouse on PostgreSQL,
the run over workers into another.
"""

import json
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.sample_portal import SamplePortal
from flows.settings import settle
from flows.summary import Ending
from tests.flows.crawling import DOCUMENT, First, Place
from tests.flows.processes import PATIENCE, ROOT, end, free_port, started, until
from tests.flows.running import COMMAND, environment
from tests.warehouse.conftest import PostgreSQL, postgresql
from tests.warehouse.content import content
from warehouse.engine import open_warehouse
from warehouse.query import run_query

__all__ = ["postgresql"]  # a fixture

pytestmark = pytest.mark.slow

PREFECT = Path(sys.executable).with_name("prefect")


@dataclass
class Served:
    """A running `nianbao serve`."""

    url: str
    warehouse: str
    other: str
    env: dict[str, str]
    log: Path

    def ask(self, path: str, body: object = None) -> Any:
        """One question to Prefect's API."""
        request = urllib.request.Request(f"{self.url}{path}", data=json.dumps(body or {}).encode())
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def runs(self) -> list[tuple[object, ...]]:
        """The nightly runs of the ledger that are over."""
        with suppress(Exception):  # the warehouse is made while we look
            sql = "SELECT id, status FROM run WHERE command = 'nightly' AND finished_at IS NOT NULL"
            return list(run_query(self.warehouse, sql).rows)
        return []

    def words(self) -> str:
        return self.log.read_text(encoding="utf-8")[-5000:]


@pytest.fixture(scope="module")
def served(
    sample: SamplePortal,
    first: First,
    postgresql: PostgreSQL,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    place = Place.make(folder, sample)
    port = free_port()
    database = postgresql.new_database().replace("psycopg", "asyncpg")
    env = environment({
        "NIANBAO_DATA": str(place.data),
        "NIANBAO_PORTALS": str(place.portals),
        "NIANBAO_WAREHOUSE": postgresql.new_database(),
        "NIANBAO_SEASON_CRON": "* * * * *",
        "NIANBAO_REST_CRON": "0 0 1 1 *",
        "NIANBAO_NIGHTLY_PORTALS": " ".join(SamplePortal.IDS),
        "NIANBAO_LOG_FORMAT": "json",
        "PREFECT_API_DATABASE_CONNECTION_URL": database,
    })  # fmt: skip
    url = f"http://127.0.0.1:{port}/api"
    with ExitStack() as stack:
        log = folder / "serve.log"
        stack.callback(end, started([str(COMMAND), "serve", "--port", str(port)], env, log))
        told = Served(url, env["NIANBAO_WAREHOUSE"], postgresql.new_database(), env, log)
        until(lambda: answers(f"{url}/health"), told.words)
        yield told


def answers(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(url) as answer:
        return bool(answer.status == 200)
    return False


def content_at(url: str) -> list[str]:
    engine = open_warehouse(url, create=False)
    try:
        return content(engine)
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def workers(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A work pool, the deployment of parts there, and two workers of one flow run each."""
    folder = tmp_path_factory.mktemp("workers")
    env = served.env | {
        "PREFECT_API_URL": served.url,
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "NIANBAO_WAREHOUSE": served.other,
        "NIANBAO_DATA": str(folder / "data"),
    }
    served.ask("/work_pools/", {"name": "nianbao", "type": "process"})
    done = subprocess.run(
        [PREFECT, "--no-prompt", "deploy", "--name", "part"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    command = [str(PREFECT), "worker", "start", "--pool", "nianbao", "--type", "process", "--limit", "1"]
    both = [started(command, env, folder / f"{number}.log") for number in range(2)]
    yield both
    for worker in both:
        end(worker)


def test_the_schedule_fires_and_the_night_is_in_the_warehouse(served: Served, workers: object, first: First) -> None:
    runs = until(served.runs, served.words)
    assert runs[0][1] == "done"
    assert content_at(served.warehouse) == first.content
    for one in served.ask("/deployments/filter", {"deployments": {"name": {"any_": ["nightly"]}}}):
        served.ask(f"/deployments/{one['id']}/pause_deployment")


def test_prefect_has_a_page_and_a_form(served: Served) -> None:
    page, *_ = until(lambda: served.ask("/artifacts/filter", {"artifacts": {"key": {"any_": ["nianbao-nightly"]}}}))
    assert page["type"] == "markdown"
    assert "| reports new |" in page["data"]
    bars = served.ask("/artifacts/filter", {"artifacts": {"key": {"any_": ["nianbao-nightly-progress"]}}})
    assert bars[0]["data"] == 100.0
    (form,) = served.ask("/deployments/filter", {"deployments": {"name": {"any_": ["backfill"]}}})
    schema = form["parameter_openapi_schema"]
    assert schema["required"] == ["year"]
    assert (schema["properties"]["year"]["type"], schema["properties"]["year"]["minimum"]) == ("integer", 2008)
    assert schema["properties"]["portals"]["items"] == {"type": "string"}


def test_the_log_is_json_line_by_line(served: Served) -> None:
    lines = [line for line in served.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    told = [json.loads(line) for line in lines]
    assert {"nianbao.progress", "prefect.flow_runs"} <= {one["logger"] for one in told}
    assert [one for one in told if one.get("portal") == "sample-jpaas" and one["level"] == "info"]


def test_nothing_is_lost_or_doubled_when_a_worker_is(
    served: Served,
    workers: list[subprocess.Popen[bytes]],
    sample: SamplePortal,
    first: First,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows import spread

    monkeypatch.setattr(spread, "_SILENT", 3.0)
    monkeypatch.setattr(sample, "delay", 0.2)
    began, ends = len(sample.log), list[Ending]()
    settings = settle({}, {**served.env, "NIANBAO_WAREHOUSE": served.other})

    def run() -> None:
        with temporary_settings({PREFECT_API_URL: served.url}):
            ends.append(spread.spread(settings, "nightly", list(SamplePortal.IDS), [], 2, again=False))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    hosts = until(lambda: of_both(sample, began), served.words)
    end(workers[0])
    sample.delay = 0.0
    thread.join(PATIENCE)
    assert ends, served.words()
    assert (ends[0].failures, {one.portal for one in ends[0].summary.portals}) == ({}, set(SamplePortal.IDS))
    assert content_at(served.other) == first.content
    asked = Counter((one.host, one.path) for one in sample.log[began:] if DOCUMENT.search(one.path))
    assert sum(times > 1 for times in asked.values()) <= 1  # the page that was under way
    assert len(hosts) == 2


def of_both(sample: SamplePortal, began: int) -> set[str]:
    """The hosts, once each of them was asked for documents."""
    asked = Counter(one.host for one in sample.log[began:] if DOCUMENT.search(one.path))
    return set(asked) if len(asked) == 2 and min(asked.values()) >= 3 else set()
