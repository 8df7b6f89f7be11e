"""Nights in which anything may die at any moment: crawl, PostgreSQL and portals, by SIGKILL, or stand still.

What died is started again, and the crawl is given again until it ends well. Then the warehouse says what that of an
undisturbed night says; and after every attempt, whatever became of it, the ledger explains each page that is not there.
TEST_CHAOS=20 in the environment makes it a long look, TEST_CHAOS_SEED repeats one as far as chance goes.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.flows.chaotic import site
from tests.flows.running import environment
from tests.warehouse.conftest import PostgreSQL, own_postgresql
from tests.warehouse.content import content
from warehouse.engine import open_warehouse
from warehouse.query import run_query

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
NIGHTS = int(os.environ.get("TEST_CHAOS", "2"))
SEED = int(os.environ.get("TEST_CHAOS_SEED", "0")) or random.randrange(1, 10**6)
PORTALS = ("hanweb", "trs")
# Each once a night, in any order; then it is left in peace.
STRIKES = ("the crawl is killed", "PostgreSQL is killed", "a portal is killed", "a portal stands still")
ATTEMPTS = 30
PATIENCE = 60.0  # seconds for anything here to happen

# Pages that are not well, by address, with what the ledger says of them.
NOT_GOOD = "SELECT url, outcome, detail FROM page WHERE outcome NOT IN ('fetched', 'unchanged') ORDER BY url"
GOOD = "SELECT portal_id, url FROM page WHERE kind = 'document' AND outcome IN ('fetched', 'unchanged')"
# Portals of which the last run says why it did not see all: it was killed itself, broke off there, or had no list.
BROKEN = """
    SELECT p.id FROM portal p, run r WHERE r.id = (SELECT max(id) FROM run) AND (r.status = 'running'
        OR EXISTS (SELECT 1 FROM portal_run e WHERE e.run_id = r.id AND e.portal_id = p.id AND e.failure <> '')
        OR EXISTS (SELECT 1 FROM visit v JOIN page g ON g.id = v.page_id WHERE v.run_id = r.id AND g.portal_id = p.id
            AND g.kind = 'list' AND v.outcome NOT IN ('fetched', 'unchanged')))
"""


def run(command: list[str], log: Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """A process in a group of its own."""
    with log.open("ab") as words:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.flows.chaotic", *command],
            cwd=ROOT,
            env={**environment(), **env},
            stdout=words,
            stderr=words,
            start_new_session=True,
        )


def end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.005)


@dataclass
class Town:
    """Two portals, a PostgreSQL, and what has been crawled where."""

    folder: Path
    server: PostgreSQL
    ports: list[int] = field(default_factory=list)
    portals: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def log(self) -> Path:
        """A byte for each request."""
        return self.folder / "requests"

    @property
    def asked(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def open_portal(self, number: int) -> None:
        command = ["portal", str(number), str(self.ports[number]), str(self.log)]
        self.portals[number] = run(command, self.folder / "portals.log", {})

    def answers(self, number: int) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.ports[number])):
            return True
        return False

    def register(self) -> None:
        (self.folder / "portals").mkdir()
        for number, name in enumerate(PORTALS):
            entry = f"""
                id = "{name}"
                name = "示例市人民政府"
                region = "330800"
                platform = "{name}"
                base_url = "http://127.0.0.1:{self.ports[number]}"
                status = "live"
                private = true
                gap = 0.0
                columns = [{{ id = "annual", url = "{site(number).column}", title = "政府信息公开年报" }}]
            """
            (self.folder / "portals" / f"{name}.toml").write_text(entry, encoding="utf-8")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with own_postgresql() as server, ExitStack() as stack:
        stack.callback(server.kill)
        town = Town(tmp_path_factory.mktemp("town"), server, [free_port() for _ in PORTALS])
        town.register()
        open_warehouse(server.new_database()).dispose()
        for number in range(len(PORTALS)):
            town.portals.append(run(["portal", str(number), str(town.ports[number]), str(town.log)], town.log, {}))
            stack.callback(lambda number=number: end(town.portals[number]))
        until(lambda: all(town.answers(number) for number in range(len(PORTALS))))
        yield town


@dataclass
class Night:
    """One night's crawl: its own warehouse and archive."""

    town: Town
    name: str
    warehouse: str
    chance: random.Random
    strikes: list[str] = field(default_factory=list)

    def crawling(self) -> subprocess.Popen[bytes]:
        folder = self.town.folder
        places = {"DATA": str(folder / self.name), "PORTALS": str(folder / "portals"), "WAREHOUSE": self.warehouse}
        env = {f"NIANBAO_{name}": value for name, value in places.items()}
        return run(["crawl", "--engine", "plain", *PORTALS], folder / f"{self.name}.log", env)

    def words(self) -> str:
        return (self.town.folder / f"{self.name}.log").read_text(encoding="utf-8")

    def attempt(self) -> int:
        """One crawl, disturbed as long as there are strikes left; how it ended."""
        with self.crawling() as process:
            try:
                while self.strikes and self._comes_to_pass(process):
                    self._strike(self.strikes.pop(), process)
                return process.wait(PATIENCE)
            finally:
                end(process)

    def _comes_to_pass(self, process: subprocess.Popen[bytes]) -> bool:
        """Some requests later; false if the crawl ended before."""
        wanted = self.town.asked + self.chance.randrange(1, 10)
        until(lambda: self.town.asked >= wanted or process.poll() is not None)
        time.sleep(self.chance.random() * 0.1)
        return process.poll() is None

    def _strike(self, what: str, process: subprocess.Popen[bytes]) -> None:
        print(f"after {self.town.asked} requests: {what}")
        {
            "the crawl is killed": self._kill_crawl,
            "PostgreSQL is killed": self._kill_postgresql,
            "a portal is killed": self._kill_portal,
            "a portal stands still": self._still_portal,
        }[what](process)

    def _kill_crawl(self, process: subprocess.Popen[bytes]) -> None:
        end(process)

    def _kill_postgresql(self, _process: subprocess.Popen[bytes]) -> None:
        self.town.server.kill()
        time.sleep(self.chance.random() * 0.5)
        until(self._is_served)

    def _is_served(self) -> bool:
        """Whether it could be started: not while processes of the dead server are left."""
        with suppress(AssertionError):
            self.town.server.serve()
            return True
        return False

    def _kill_portal(self, _process: subprocess.Popen[bytes]) -> None:
        number = self.chance.randrange(len(PORTALS))
        end(self.town.portals[number])
        self.town.open_portal(number)
        until(lambda: self.town.answers(number))

    def _still_portal(self, _process: subprocess.Popen[bytes]) -> None:
        portal = self.town.portals[self.chance.randrange(len(PORTALS))]
        portal.send_signal(signal.SIGSTOP)
        time.sleep(self.chance.random() * 2)
        portal.send_signal(signal.SIGCONT)

    def assert_every_gap_is_explained(self) -> None:
        for url, outcome, detail in run_query(self.warehouse, NOT_GOOD).rows:
            assert detail, (url, outcome)
        pages = {url for url, *_ in run_query(self.warehouse, NOT_GOOD).rows}
        good = {(portal, url) for portal, url in run_query(self.warehouse, GOOD).rows}
        broken = {portal for (portal,) in run_query(self.warehouse, BROKEN).rows}
        for number, name in enumerate(PORTALS):
            for address in site(number).addresses:
                url = f"http://127.0.0.1:{self.town.ports[number]}{address}"
                assert (name, url) in good or url in pages or name in broken, (url, self.words()[-3000:])

    def content(self) -> list[str]:
        engine = open_warehouse(self.warehouse, create=False)
        try:
            return content(engine)
        finally:
            engine.dispose()


def a_night(town: Town, name: str) -> Night:
    return Night(town, name, town.server.new_database(like="test0"), random.Random(f"{SEED} {name}"))


@pytest.fixture(scope="module")
def undisturbed(town: Town) -> list[str]:
    night = a_night(town, "undisturbed")
    assert night.attempt() == 0, night.words()[-3000:]
    return night.content()


@pytest.mark.parametrize("number", range(NIGHTS))
def test_a_night_of_chaos_ends_as_an_undisturbed_one(town: Town, undisturbed: list[str], number: int) -> None:
    print(f"TEST_CHAOS_SEED={SEED}")
    night = a_night(town, f"night-{number}")
    night.strikes = night.chance.sample(STRIKES, len(STRIKES))
    for _ in range(ATTEMPTS):
        code = night.attempt()
        assert code in (0, 1, -signal.SIGKILL), night.words()[-3000:]
        night.assert_every_gap_is_explained()
        if code == 0:
            break
    assert "unforeseen" not in night.words(), night.words()[-5000:]
    assert "Traceback" not in night.words(), night.words()[-5000:]
    assert night.content() == undisturbed
