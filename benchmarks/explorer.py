"""How long the explorer's pages take on a synthetic country, and whether fifty readers at once get their answers.

    python -m benchmarks.explorer                       100,000 reports, some 12 million cells; a quarter of an hour
    python -m benchmarks.explorer --reports 5000        a small one
    python -m benchmarks.explorer --keep DIR            keep the warehouse there, and take it the next time

The times are those that the server itself tells in `Server-Timing`: a page's whole way through our code and
Datasette's, until its answer begins.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from benchmarks.country import agencies, portals, visits
from flows.explore import bound
from warehouse.archive import Archive
from warehouse.batch import store_many
from warehouse.engine import open_warehouse
from warehouse.errors import WarehouseError
from warehouse.explorer.app import make_app
from warehouse.explorer.asking import Shelf
from warehouse.explorer.base import find_base
from warehouse.explorer.figures import figures_of
from warehouse.explorer.sources import Sources
from warehouse.ledger import finish_run, register_portals, start_run

_LIMIT_MS = 300
_BATCH = 500
_ROUNDS = 7
_READERS = 50
_EACH = 12  # pages that a reader opens


def main() -> int:
    """Measure, and give 1 where a page is over the limit or a reader got no answer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        folder = asked.keep or Path(own)
        folder.mkdir(parents=True, exist_ok=True)
        _fill(folder, asked.reports)
        return asyncio.run(_measure(folder))


def _fill(folder: Path, reports: int) -> None:
    if (folder / "warehouse.db").is_file():
        return
    began = time.perf_counter()
    engine = open_warehouse(_url(folder))
    register_portals(engine, portals(reports))
    run = start_run(engine, command="benchmark", portals=[], years=[])
    rest = visits(reports, run.id)
    done = 0
    while batch := list(islice(rest, _BATCH)):
        store_many(engine, batch)
        done += len(batch)
        print(f"\r{done:,} visits stored", end="", file=sys.stderr)
    finish_run(engine, run.id, status="done")
    engine.dispose()
    print(f"\n{agencies(reports):,} agencies in {time.perf_counter() - began:.0f} s", file=sys.stderr)


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'warehouse.db'}"


async def _measure(folder: Path) -> int:
    base = find_base(_url(folder), None)
    began = time.perf_counter()
    shelf = Shelf(base, figures_of(base, folder / "explorer"))
    size = base.file.stat().st_size >> 20
    print(f"warehouse {size:,} MB; figures in {time.perf_counter() - began:.0f} s (0: they were there)")
    app = make_app(shelf, Sources(Archive(folder / "archive", "benchmark"), _no_viewer))
    with bound(0) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = await _begin(app, listening)
        async with httpx.AsyncClient(base_url=address, timeout=120) as client:
            slow = await _alone(client, list(_pages(shelf)))
            failed = await _together(client, list(_pages(shelf)))
        server.should_exit = True
        await asyncio.sleep(0.2)
    return 1 if slow or failed else 0


def _no_viewer(*_: object) -> Any:
    raise WarehouseError("the country has no archive")


async def _begin(app: Any, listening: Any) -> Any:
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app.app(), log_level="warning", lifespan="on"))
    server.task = asyncio.create_task(server.serve(sockets=[listening]))  # type: ignore[attr-defined]
    while not server.started:
        await asyncio.sleep(0.02)
    return server


def _pages(shelf: Shelf) -> Iterator[tuple[str, str]]:
    """Every page, the report that has the most cells among them."""
    connection = shelf.connect()
    report, agency = connection.execute("SELECT id, agency_id FROM report WHERE form = '2021' LIMIT 1").fetchone()
    some = [row[0] for row in connection.execute("SELECT agency_id FROM card WHERE reports > 5 LIMIT 8")]
    connection.close()
    eight = "&".join(f"a={each}" for each in some)
    yield "start", "/"
    yield "search, two characters", "/search?q=甲局"
    yield "search, in order", "/search?q=示甲市局"
    yield "search, pinyin", "/search?q=slj"
    yield "agency", f"/agency/{agency}"
    yield "report", f"/report/{report}"
    yield "cell", f"/cell/{report}/request.received/total"
    yield "indicators", "/indicators"
    yield "indicator", "/indicator/request.received"
    yield "series", "/indicator/rate_disclosed_substantive"
    yield (
        "compare 8 agencies, 4 indicators",
        f"/compare?{eight}&c=requests_received&c=denied_core&c=not_held&c=request.received",
    )
    yield "quality", "/quality"
    yield "quality of a year", "/quality?year=2020&status=not_found"
    yield "quality of a rule", "/quality?rule=received_is_sum"
    yield "questions", "/questions"
    yield "tables", "/warehouse"


async def _alone(client: httpx.AsyncClient, pages: Sequence[tuple[str, str]]) -> list[str]:
    """Print the median and the longest time of each page after its first; those over the limit come back."""
    slow: list[str] = []
    print(f"{'page':36} {'first':>7} {'median':>7} {'longest':>7}  ms of {_LIMIT_MS}")
    for name, address in pages:
        times = [_server_ms(await client.get(address)) for _ in range(_ROUNDS)]
        print(f"{name:36} {times[0]:7.0f} {statistics.median(times[1:]):7.0f} {max(times[1:]):7.0f}")
        slow += [name] if max(times) > _LIMIT_MS else []
    print(f"over the limit: {', '.join(slow) or 'none'}")
    return slow


def _server_ms(answer: httpx.Response) -> float:
    answer.raise_for_status()
    return float(answer.headers["server-timing"].partition("dur=")[2])


async def _together(client: httpx.AsyncClient, pages: Sequence[tuple[str, str]]) -> int:
    """Fifty readers, each on a way of its own through the pages; print how it went and give the answers that failed."""

    async def read(number: int) -> list[int]:
        ways = [pages[(number + step * 5) % len(pages)][1] for step in range(_EACH)]
        return [(await client.get(address)).status_code for address in ways]

    began = time.perf_counter()
    codes = [code for reader in await asyncio.gather(*map(read, range(_READERS))) for code in reader]
    seconds = time.perf_counter() - began
    failed = sum(code != 200 for code in codes)
    print(f"{_READERS} readers, {len(codes)} pages, {len(codes) / seconds:.0f} a second, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(main())
