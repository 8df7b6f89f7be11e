"""A night in a town where anything may die at any moment: portals, PostgreSQL and whatever crawls, by SIGKILL.

What died is started again, and the crawl is given again until it ends well. TEST_CHAOS_SEED in the environment repeats
a night as far as chance goes.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest

from tests.flows.chaotic import site
from tests.flows.processes import end, free_port, started, until
from tests.flows.running import environment
from tests.warehouse.conftest import PostgreSQL, own_postgresql
from tests.warehouse.content import content
from warehouse.engine import open_warehouse
from warehouse.query import run_query

SEED = int(os.environ.get("TEST_CHAOS_SEED", "0")) or random.randrange(1, 10**6)
PORTALS = ("hanweb", "trs")
ATTEMPTS = 30

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


def chaotic(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.flows.chaotic", *arguments]


@dataclass
class Town:
    """Two portals, a PostgreSQL, and what has been crawled where."""

    folder: Path
    server: PostgreSQL
    ports: list[int] = field(default_factory=lambda: [free_port() for _ in PORTALS])
    portals: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def log(self) -> Path:
        """A byte for each request."""
        return self.folder / "requests"

    @property
    def asked(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def open(self) -> None:
        """Open the portals; make an empty warehouse, from which others are copied."""
        open_warehouse(self.server.new_database()).dispose()
        self.portals = [self._portal(number) for number in range(len(PORTALS))]
        until(lambda: all(map(self._answers, range(len(PORTALS)))))

    def _portal(self, number: int) -> subprocess.Popen[bytes]:
        command = chaotic("portal", str(number), str(self.ports[number]), str(self.log))
        return started(command, environment(), self.folder / "portals.log")

    def _answers(self, number: int) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.ports[number])):
            return True
        return False

    def registry(self, gap: float) -> Path:
        """A folder with the portals' entries, to be asked with so many seconds between requests."""
        folder = self.folder / f"portals-{gap}"
        folder.mkdir(exist_ok=True)
        for number, name in enumerate(PORTALS):
            entry = f"""
                id = "{name}"
                name = "示例市人民政府"
                region = "330800"
                platform = "{name}"
                base_url = "http://127.0.0.1:{self.ports[number]}"
                status = "live"
                private = true
                gap = {gap}
                columns = [{{ id = "annual", url = "{site(number).column}", title = "政府信息公开年报" }}]
            """
            (folder / f"{name}.toml").write_text(entry, encoding="utf-8")
        return folder

    def kill_postgresql(self, chance: random.Random) -> None:
        self.server.kill()
        time.sleep(chance.random() * 0.5)
        until(self._is_served)

    def _is_served(self) -> bool:
        """Whether it could be started: not while processes of the dead server are left."""
        with suppress(AssertionError):
            self.server.serve()
            return True
        return False

    def kill_portal(self, chance: random.Random) -> None:
        number = chance.randrange(len(PORTALS))
        end(self.portals[number])
        self.portals[number] = self._portal(number)
        until(lambda: self._answers(number))

    def still_portal(self, chance: random.Random) -> None:
        portal = self.portals[chance.randrange(len(PORTALS))]
        portal.send_signal(signal.SIGSTOP)
        time.sleep(chance.random() * 2)
        portal.send_signal(signal.SIGCONT)


@contextmanager
def own_town(folder: Path) -> Iterator[Town]:
    with own_postgresql() as server, ExitStack() as stack:
        stack.callback(server.kill)
        town = Town(folder, server)
        stack.callback(lambda: [end(portal) for portal in town.portals])
        town.open()
        yield town


Strike = Callable[[], object]


@dataclass
class Night:
    """One night's crawl, with a warehouse and an archive of its own.

    Strikes come once each, in any order, while the crawl is there to be struck: nearly always all of them.
    """

    gap: ClassVar = 0.0  # seconds between two requests

    town: Town
    name: str

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{SEED} {self.name}")
        self.warehouse = self.town.server.new_database(like="test0")
        self.ahead: list[tuple[str, Strike]] = []
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.town.folder / f"{self.name}.log"

    @property
    def env(self) -> dict[str, str]:
        data, portals = self.town.folder / self.name, self.town.registry(self.gap)
        places = {"DATA": str(data), "PORTALS": str(portals), "WAREHOUSE": self.warehouse}
        return environment({f"NIANBAO_{name}": value for name, value in places.items()})

    def crawling(self) -> subprocess.Popen[bytes]:
        return started(chaotic("crawl", "--engine", "plain", *PORTALS), self.env, self.log)

    def strikes(self) -> dict[str, Strike]:
        """What may happen."""
        return {
            "the crawl is killed": self.kill_crawl,
            "PostgreSQL is killed": lambda: self.town.kill_postgresql(self.chance),
            "a portal is killed": lambda: self.town.kill_portal(self.chance),
            "a portal stands still": lambda: self.town.still_portal(self.chance),
        }

    def words(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def disturb(self) -> None:
        """Let all strikes come in some order."""
        print(f"TEST_CHAOS_SEED={SEED}")
        named = list(self.strikes().items())
        self.ahead = self.chance.sample(named, len(named))

    def pass_by(self) -> None:
        """Crawl until a crawl ends well. After each attempt the ledger explains every page that is not there."""
        for _ in range(ATTEMPTS):
            code = self.attempt()
            assert code in (0, 1, -signal.SIGKILL), self.words()[-3000:]
            self.assert_every_gap_is_explained()
            if code == 0:
                assert 2 * len(self.ahead) < len(self.strikes()), f"too quiet a night: {self.ahead}"
                return
        raise AssertionError(self.words()[-5000:])

    def attempt(self) -> int:
        """One crawl, disturbed as long as there are strikes ahead; how it ended."""
        process = self.process = self.crawling()
        try:
            while self.ahead and self._comes_to_pass(process):
                what, strike = self.ahead.pop()
                print(f"after {self.town.asked} requests: {what}")
                strike()
            until(lambda: process.poll() is not None, self.words)
            return process.returncode
        finally:
            end(process)

    def _comes_to_pass(self, process: subprocess.Popen[bytes]) -> bool:
        """Some requests later; false if the crawl ended before."""
        wanted = self.town.asked + self.chance.randrange(1, 6)
        until(lambda: self.town.asked >= wanted or process.poll() is not None, self.words, pause=0.005)
        time.sleep(self.chance.random() * 0.1)
        return process.poll() is None

    def kill_crawl(self) -> None:
        assert self.process
        end(self.process)

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


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with own_town(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture(scope="module")
def undisturbed(town: Town) -> list[str]:
    """What the warehouse says after a night without a strike."""
    night = Night(town, "undisturbed")
    assert night.attempt() == 0, night.words()
    return night.content()
