"""How fast portals are crawled, and what a night without changes costs, side by side with Scrapy in one run.

    make bench                                       this and benchmarks.parse; sets Scrapy up
    .venv/bin/python -m benchmarks.crawl             everything below, about five minutes
    .venv/bin/python -m benchmarks.crawl --only free polite night hosts

Every way is a process of its own against `benchmarks.server`. "nianbao" is the whole command with Prefect; "scrapy,
same work" reads, checks and loads with this project's functions; "scrapy, bytes only" keeps bodies in a WARC file and
reads nothing. Rates are taken from the server's log, from the first document to the last, so no start-up is in them.
CPU is the process's own and its children's, less that of the same way on a single document for each host.
"""

import argparse
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.flows import plain

WAYS = ("nianbao", "scrapy, same work", "scrapy, bytes only")
_COLUMNS = ("documents", "pages/s", "of a host", "CPU ms/page", "least gap", "peak MB", "requests", "304s")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process and its children took: `cpu` in seconds, `peak` in megabytes (of the largest process)."""

    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Log:
    """What the server saw: times of requests by host, and statuses."""

    times: Mapping[str, Sequence[float]]
    statuses: Mapping[str, int]

    @property
    def requests(self) -> int:
        """How many there were."""
        return sum(map(len, self.times.values()))

    @property
    def rate(self) -> float:
        """Requests a second from the first to the last, but for each host's first two (robots.txt and the list)."""
        times = sorted(at for host in self.times.values() for at in sorted(host)[2:])
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0

    @property
    def host_rate(self) -> float:
        """The same for a host alone, the median of all: when hosts begin at different moments it says more."""
        spans = [sorted(host)[2:] for host in self.times.values() if len(host) > 3]
        return statistics.median((len(at) - 1) / (at[-1] - at[0]) for at in spans) if spans else 0.0

    @property
    def least_gap(self) -> float:
        """The least time between two requests to one host."""
        gaps = [later - earlier for host in self.times.values() for earlier, later in pairwise(sorted(host))]
        return min(gaps, default=0.0)


@dataclass(frozen=True, slots=True)
class Server:
    """The running portals."""

    port: int

    def log(self) -> Log:
        """What was asked since the last look."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_log") as answer:
            return Log(**json.load(answer))


@contextmanager
def serving(documents: int) -> Iterator[Server]:
    """The portals, with so many documents each, at a port that is free."""
    with socket.socket() as free:
        free.bind(("", 0))
        server = Server(free.getsockname()[1])
    command = [sys.executable, "-m", "benchmarks.server", "--port", str(server.port), "--documents", str(documents)]
    with subprocess.Popen(command) as process:
        try:
            _wait_until_it_answers(server)
            yield server
        finally:
            process.kill()


def _wait_until_it_answers(server: Server) -> None:
    for _ in range(600):
        try:
            server.log()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server does not answer")


def hosts(count: int) -> list[str]:
    """Addresses of so many hosts."""
    return [f"127.0.{1 + number // 200}.{1 + number % 200}" for number in range(count)]


def crawl(way: str, folder: Path, port: int, count: int, gap: float) -> Cost:
    """Crawl so many hosts into a folder, anew or once more."""
    folder.mkdir(exist_ok=True)
    if way == "nianbao":
        return _nianbao(folder, port, hosts(count), gap)
    work = "same" if way == "scrapy, same work" else "bytes"
    options = ["--port", str(port), "--gap", str(gap), "--work", work, "--hosts", *hosts(count)]
    return run([sys.executable, "-m", "benchmarks.spider", str(folder), *options], {})


def _nianbao(folder: Path, port: int, names: Sequence[str], gap: float) -> Cost:
    ids = [f"p{number}" for number in range(len(names))]
    return run(
        [sys.executable, "-m", "flows.cli", "crawl", "--engine", "prefect", *ids],
        registry(folder, port, names, gap, 0.0),
    )


def registry(folder: Path, port: int, names: Sequence[str], gap: float, rest: float) -> dict[str, str]:
    """Enter the hosts as portals; gives the environment by which a crawl into the folder finds them."""
    portals = folder / "portals"
    portals.mkdir(exist_ok=True)
    for number, host in enumerate(names):
        entry = f"""
            id = "p{number}"
            name = "示例市"
            region = "330800"
            platform = "hanweb"
            base_url = "http://{host}:{port}"
            status = "live"
            private = true
            gap = {gap}
            revisit_days = {rest}
            columns = [{{id = "annual", url = "/col/col1/index.html", title = "政府信息公开年报"}}]
        """
        (portals / f"p{number}.toml").write_text(entry, encoding="utf-8")
    return {"NIANBAO_DATA": str(folder), "NIANBAO_PORTALS": str(portals)}


def run(command: Sequence[str], extra: Mapping[str, str]) -> Cost:
    """Run a process to its end. Raises RuntimeError with its last words when it fails."""
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(command, env={**os.environ, **extra}, stdout=words, stderr=words)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if status:
            words.seek(0)
            raise RuntimeError(words.read()[-2000:].decode(errors="replace"))
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def compare(title: str, ways: Sequence[str], count: int, documents: int, gap: float) -> Table:
    """All ways on the same portals, each into an empty folder."""
    table = Table("way", *_COLUMNS, title=title)
    for way in ways:
        with tempfile.TemporaryDirectory() as folder:
            with serving(1) as server:
                few = crawl(way, Path(folder) / "few", server.port, count, gap)
            with serving(documents) as server:
                cost = crawl(way, Path(folder) / "all", server.port, count, gap)
                table.add_row(way, *_row(server.log(), cost.cpu - few.cpu, cost.peak, count * (documents - 1)))
    return table


def _row(seen: Log, cpu: float, peak: float, pages: int) -> tuple[str, ...]:
    known = seen.statuses.get("304", 0)
    fetched = seen.statuses.get("200", 0) + known
    rates = f"{seen.rate:.1f}", f"{seen.host_rate:.2f}", f"{cpu * 1000 / pages:.1f}"
    return (str(fetched), *rates, f"{seen.least_gap:.3f}", f"{peak:.0f}", str(seen.requests), str(known))


def nights(documents: int) -> Table:
    """A first night, a night in which all is due and nothing has changed, and one in which nothing is due.

    Run within this process and without Prefect, whose start costs more than all of a quiet night.
    """
    table = Table("night", *_COLUMNS, title=f"nights: a portal with {documents} documents, without Prefect")
    with tempfile.TemporaryDirectory() as folder, serving(documents) as server:
        for night, rest in (("first", 0.0), ("all due, nothing changed", 0.0), ("nothing due", 30.0)):
            environment = registry(Path(folder), server.port, hosts(1), 0.0, rest)
            os.environ.update(environment)
            began = time.process_time()
            plain.crawl("p0")
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            table.add_row(night, *_row(server.log(), time.process_time() - began, peak, documents))
    return table


PARTS = {
    "free": lambda: compare("politeness off: 10 hosts, 40 documents each", WAYS, 10, 40, 0.0),
    "polite": lambda: compare("equal politeness: 10 hosts, 20 documents each, a gap of 1 s", WAYS, 10, 20, 1.0),
    "night": lambda: nights(400),
    "hosts": lambda: compare("200 hosts at once, 4 documents each, a gap of 5 s", WAYS[:2], 200, 4, 5.0),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    for part in parser.parse_args().only:
        Console(width=120).print(PARTS[part]())


if __name__ == "__main__":
    main()
