"""Nights that are shared over Prefect's workers, of which anything is killed at random (see `tests.flows.town`).

A Prefect server on PostgreSQL, the flow that shares the night, two workers, the flow runs that these have started,
PostgreSQL itself and the portals: whatever dies is started again, as systemd or Compose would do.
TEST_CHAOS_WORKERS=20 in the environment makes it a long look.
"""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flows.processes import ROOT, children, end, free_port, started, until
from tests.flows.running import environment
from tests.flows.town import PORTALS, Night, Strike, Town, chaotic, town, undisturbed

__all__ = ["town", "undisturbed"]  # fixtures

pytestmark = pytest.mark.slow

NIGHTS = int(os.environ.get("TEST_CHAOS_WORKERS", "1"))
PREFECT = str(Path(sys.executable).with_name("prefect"))
WORKER = [PREFECT, "worker", "start", "--pool", "nianbao", "--type", "process", "--limit", "1"]


@dataclass
class Server:
    """A Prefect server on PostgreSQL."""

    folder: Path
    database: str
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.port = free_port()

    @property
    def env(self) -> dict[str, str]:
        """The environment of who talks to it."""
        return environment({
            "PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api",
            "PREFECT_HOME": str(self.folder / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "DO_NOT_TRACK": "1",
        })  # fmt: skip

    def start(self) -> None:
        command = [PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(self.port), "--no-ui"]
        own = {name: value for name, value in self.env.items() if name != "PREFECT_API_URL"}
        env = own | {"PREFECT_API_DATABASE_CONNECTION_URL": self.database}
        self.process = started(command, env, self.folder / "server.log")

    def wait(self) -> None:
        until(self._answers, lambda: (self.folder / "server.log").read_text(encoding="utf-8")[-5000:])

    def _answers(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/health") as answer:
            return bool(answer.status == 200)
        return False

    def kill(self) -> None:
        if self.process:
            end(self.process)

    def kill_and_start(self) -> None:
        self.kill()
        self.start()


class SharedNight(Night):
    """A night whose lanes are dealt out to two workers."""

    gap = 0.7  # a flow that starts again takes seconds, and must find something left to do

    def __init__(self, town: Town, name: str, prefect: Server) -> None:
        super().__init__(town, name)
        self.prefect = prefect
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def env(self) -> dict[str, str]:
        return super().env | self.prefect.env

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Within this, the workers are there."""
        try:
            self.workers = [self._worker() for _ in range(2)]
            yield
        finally:
            for worker in self.workers:
                end(worker)

    def _worker(self) -> subprocess.Popen[bytes]:
        return started(WORKER, self.env, self.town.folder / f"{self.name}-workers.log")

    def crawling(self) -> subprocess.Popen[bytes]:
        return started(chaotic("nightly", *PORTALS), self.env, self.log)

    def strikes(self) -> dict[str, Strike]:
        return super().strikes() | {
            "a worker is killed with all that it runs": self._kill_worker,
            "a flow run is killed": self._kill_flow_run,
            "Prefect's server is killed": self.prefect.kill_and_start,
        }

    def _kill_worker(self) -> None:
        number = self.chance.randrange(2)
        end(self.workers[number])
        self.workers[number] = self._worker()

    def _kill_flow_run(self) -> None:
        """One of those that are there: the process of the flow alone, not those that read for it."""
        running = [pid for worker in self.workers for pid in children(worker.pid)]
        print(f"one of {len(running)}")
        for pid in self.chance.sample(running, min(1, len(running))):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def prefect(town: Town) -> Iterator[Server]:
    database = town.server.new_database(like="template1").replace("psycopg", "asyncpg")
    server = Server(town.folder, database)
    with ExitStack() as stack:
        stack.callback(server.kill)
        server.start()
        server.wait()
        done = subprocess.run(chaotic("deploy"), cwd=ROOT, env=server.env, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        yield server


@pytest.mark.parametrize("number", range(NIGHTS))
def test_a_shared_night_of_chaos_ends_as_an_undisturbed_one(
    town: Town, prefect: Server, undisturbed: list[str], number: int
) -> None:
    night = SharedNight(town, f"night-{number}", prefect)
    night.disturb()
    with night.at_work():
        night.pass_by()
    assert night.content() == undisturbed
