"""How fast an archive is read again, on one processor and on two, beside a bare loop of the reader.

    .venv/bin/python -m benchmarks.reparse                       2,000 reports on SQLite, some two minutes
    .venv/bin/python -m benchmarks.reparse --documents 5000 --rounds 3
    .venv/bin/python -m benchmarks.reparse --dask                also on a Dask cluster of two workers, here
    .venv/bin/python -m benchmarks.reparse --replace             also with a reader that reads every report otherwise

The pages are those of `benchmarks.parse`, of 52 and of 105 kB in turns, each another agency's with other figures, as
a crawl leaves them: in WARC files, and in a warehouse. The bare loops read the same bytes, which they have in memory
already. What `reparse` needs to start its processes, to take the bytes from the archive, to compare what was read with
the warehouse and to write is counted. Rates are by the clock, medians over the rounds, as are the ratios, each within
its round. On a machine that is not idle they are too low, and so is the gain of a second process: two bare loops beside
one tell what could be had. The load is told. "CPU ms here" is what a report costs the one process that has the
warehouse, which is what bounds many workers; the bare loop reads there.

The least that we want of two processes on two processors is 1.7 times the rate of one.
"""

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from extractors.registry import load_portals
from extractors.report import VERSION, read_capture
from flows.contexts import context_of
from flows.readers import Readers
from flows.reparse import Asked, reparse
from flows.settings import Settings, settle
from flows.steps import portal_row
from schema.records import Capture, Fetch, Link, Outcome
from warehouse.archive import Archive
from warehouse.batch import store_many
from warehouse.engine import Engine, open_warehouse
from warehouse.ledger import finish_run, register_portals, start_run
from warehouse.load import Visit

BARE, ONE = "the bare loop", "one process"
_HOST = "http://www.example.gov.cn"
_BATCH = 200  # visits
_PORTAL = f"""
    id = "made"
    name = "示例市人民政府"
    region = "330800"
    platform = "generic"
    base_url = "{_HOST}"
    status = "live"
    columns = [{{ id = "annual", url = "/col/col1/index.html", title = "政府信息公开年报" }}]
"""


@contextmanager
def archived(documents: int) -> Iterator[tuple[Settings, list[bytes]]]:
    """An archive of so many reports and the warehouse that its crawl left; and the bodies, in their order."""
    from benchmarks.parse import SIZES, made  # it brings pandas, which the processes that read must not wait for

    with tempfile.TemporaryDirectory() as name:
        portals = Path(name) / "portals"
        portals.mkdir()
        (portals / "made.toml").write_text(_PORTAL, encoding="utf-8")
        settings = settle({}, {"NIANBAO_DATA": str(Path(name) / "data"), "NIANBAO_PORTALS": str(portals)})
        engine = open_warehouse(settings.warehouse)
        pages = [made(*SIZES[size]) for size in ("52 kB", "105 kB")]
        bodies = [pages[number % 2](number) for number in range(documents)]
        _fill(engine, settings, bodies)
        engine.dispose()
        yield settings, bodies


def _fill(engine: Engine, settings: Settings, bodies: list[bytes]) -> None:
    portal = load_portals(settings.portals)["made"]
    register_portals(engine, [portal_row(portal)])
    run = start_run(engine, command="crawl", portals=[portal.id], years=[])
    with Archive(settings.archive, "nianbao") as archive:
        visits: list[Visit] = []
        for number, body in enumerate(bodies):
            capture, link = _capture(number, body), _link(number)
            reading = read_capture(body, content_type="text/html", url=link.url, context=context_of(portal, link))
            fetch = Fetch(link.url, Outcome.FETCHED, "", capture)
            visits.append(Visit(run.id, portal.id, "document", fetch, link, archive.write(capture), reading, VERSION))
        for first in range(0, len(visits), _BATCH):
            store_many(engine, visits[first : first + _BATCH])
    finish_run(engine, run.id, status="done")


def _link(number: int) -> Link:
    return Link(f"{_HOST}/art/2024/1/15/art_1_{number}.html", "政府信息公开工作年度报告", "annual", date(2024, 1, 15))


def _capture(number: int, body: bytes) -> Capture:
    url, seen = _link(number).url, datetime(2024, 3, 1, tzinfo=UTC) + timedelta(seconds=number)
    return Capture(url, url, seen, 200, "OK", (("Content-Type", "text/html"),), body)


def bare(bodies: list[bytes]) -> int:
    """The reader in a loop of this process."""
    for body in bodies:
        read_capture(body, content_type="text/html", url=_HOST)
    return len(bodies)


def again(settings: Settings, asked: Asked) -> int:
    """The command; how many documents it has read."""
    done = reparse(settings, asked)
    if done.failures:
        raise SystemExit(f"not read: {done.failures}")
    return done.documents


def otherwise(settings: Settings) -> int:
    """The same, of a warehouse that a former reader filled: every report is replaced."""
    file = settings.warehouse.removeprefix("sqlite:///")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE report SET reading_digest = '', reader_version = '0'")
    return again(settings, Asked(workers=2))


@contextmanager
def cluster() -> Iterator[str]:
    """A Dask cluster of two processes on loopback; its address."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as here:
        yield here.scheduler_address


def two_loops(bodies: list[bytes]) -> int:
    """Two bare loops side by side, each over half of the bytes, in processes that are started for it."""
    with Readers(2) as readers:
        halves = [readers.submit(partial(bare, bodies[first::2]), len(bodies)) for first in range(2)]
        return sum(half.result() for half in halves)


def size(settings: Settings, documents: int) -> str:
    """What a page takes in the archive."""
    kept = sum(file.stat().st_size for file in settings.archive.folder.iterdir())
    return f"{kept / documents / 1000:.1f} kB a page in the archive"


def measure(documents: int, rounds: int, *, dask: bool, replace: bool) -> Table:
    """Every way on one archive, by turns."""
    table = Table(
        "way", "reports/s", "to the bare loop", "to one process", "CPU ms here", title=f"{documents:,} reports"
    )
    with archived(documents) as (settings, bodies), ExitStack() as stack:
        table.caption = size(settings, documents)
        ways: dict[str, Callable[[], int]] = {
            BARE: lambda: bare(bodies),
            "two bare loops": lambda: two_loops(bodies),
            ONE: lambda: again(settings, Asked(workers=1)),
            "two processes": lambda: again(settings, Asked(workers=2)),
        }
        if dask:
            address = stack.enter_context(cluster())
            ways["two Dask workers"] = lambda: again(settings, Asked(cluster=address))
        if replace:
            ways["two, all replaced"] = lambda: otherwise(settings)
        measured = [{name: _measured(way, documents) for name, way in ways.items()} for _ in range(rounds)]
    for name in ways:
        beside = [statistics.median(one[name].rate / one[other].rate for one in measured) for other in (BARE, ONE)]
        rate = statistics.median(one[name].rate for one in measured)
        here = statistics.median(one[name].here for one in measured)
        table.add_row(name, f"{rate:.1f}", *(f"{ratio:.2f}" for ratio in beside), f"{here * 1000:.2f}")
    return table


class Measured(NamedTuple):
    """Reports a second by the clock, and seconds of this process's own processor time for each."""

    rate: float
    here: float


def _measured(way: Callable[[], int], documents: int) -> Measured:
    began, used = time.monotonic(), time.process_time()
    read = way()
    if read != documents:
        raise SystemExit(f"{read} of {documents} documents were read")
    return Measured(documents / (time.monotonic() - began), (time.process_time() - used) / documents)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--dask", action="store_true", help="also on a cluster of two workers on this machine")
    parser.add_argument("--replace", action="store_true", help="also replace every report")
    options = parser.parse_args()
    before = os.getloadavg()[0]
    Console().print(measure(options.documents, options.rounds, dask=options.dask, replace=options.replace))
    print(f"load when it began: {before:.1f}; {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
