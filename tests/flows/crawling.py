"""A place to crawl into, and what can be seen there afterwards."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from warcio.archiveiterator import ArchiveIterator

from flows.sample_portal import Request, SamplePortal
from tests.flows.running import COMMAND, environment
from tests.warehouse.content import content
from warehouse.engine import open_warehouse
from warehouse.query import run_query

DOCUMENT = re.compile(r"/art[/_]")  # in the address of a document, and of no list

_PATIENCE = 120  # seconds until a crawl that shows no sign of life is given up


@dataclass(frozen=True)
class Place:
    """Where one test crawls to: flags for every command, and the files behind them."""

    data: Path
    portals: Path

    @classmethod
    def make(cls, directory: Path, sample: SamplePortal) -> Self:
        sample.write_registry(directory / "portals")
        return cls(directory / "data", directory / "portals").made()

    def made(self) -> Self:
        self.data.mkdir()
        return self

    @property
    def flags(self) -> tuple[str, ...]:
        return ("--data", str(self.data), "--portals", str(self.portals))

    @property
    def warehouse(self) -> str:
        return f"sqlite:///{self.data / 'warehouse.db'}"

    def archived(self) -> list[str]:
        return sorted(path.name for path in (self.data / "archive").iterdir())

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        return list(run_query(self.warehouse, sql).rows)


@dataclass(frozen=True)
class First:
    """The undisturbed crawl: how it ended, what it asked the portals and the network, what it left."""

    place: Place
    done: subprocess.CompletedProcess[str]
    log: tuple[Request, ...]
    content: list[str]
    addresses: tuple[str, ...]
    home: Path


def content_of(place: Place) -> list[str]:
    """What the warehouse says, apart from when and in which run it heard it."""
    engine = open_warehouse(place.warehouse, create=False)
    try:
        return content(engine)
    finally:
        engine.dispose()


def records(file: Path) -> list[str]:
    """The types of all records; reading them to their ends fails on a torn one and on a wrong digest."""
    with file.open("rb") as stream:
        found = []
        for record in ArchiveIterator(stream, check_digests="raise"):
            record.content_stream().read()
            found.append(record.rec_type)
        return found


@contextmanager
def crawling(place: Place, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A crawl in a process of its own, ended by force if it still runs at the end."""
    command = [str(COMMAND), "crawl", *SamplePortal.IDS, *place.flags]
    with subprocess.Popen(command, env=environment(env), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_requests(sample: SamplePortal, count: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the sample has answered so many requests. Fails when the crawl ends before."""
    deadline = time.monotonic() + _PATIENCE
    while len(sample.log) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "the crawl asks for nothing"
        time.sleep(0.005)


def send(process: subprocess.Popen[bytes], number: signal.Signals) -> tuple[int, str, str]:
    """Send a signal to the process alone, as a supervisor does; exit code and output."""
    os.kill(process.pid, number)
    out, err = process.communicate(timeout=_PATIENCE)
    return process.returncode, out.decode(), err.decode()
