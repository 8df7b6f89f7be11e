"""What operating costs: start-up, Prefect beside plain threads and processes, memory over many tasks, backup.

    .venv/bin/python -m benchmarks.operate                  everything below, a quarter of an hour
    .venv/bin/python -m benchmarks.operate --only start engines reparse tasks backup

Everything is measured side by side in one run; ratios travel, seconds do not. The portals are those of
`benchmarks.server`, with the gap that a real portal has at least.
"""

import argparse
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import country
from benchmarks.crawl import Cost, hosts, registry, run, serving
from benchmarks.reparse import archived
from flows.server import temporary_server
from flows.settings import environment, prepare_prefect
from warehouse.backup import back_up, restore
from warehouse.batch import store_many
from warehouse.engine import open_warehouse
from warehouse.ledger import register_portals, start_run
from warehouse.place import ArchivePlace

_GAP = 2.0  # seconds, the least that a real portal is asked with
_PORTALS, _DOCUMENTS = 50, 40
_TASKS = 3_000
_ARCHIVED = 10_000
_REPORTS = 2_000
# Lanes, lists and years as those of `flows.crawl`. Tasks that do nothing make events faster than Prefect sends them,
# and what waits to be sent would be counted: a night is slower.
_MEMORY = """
import sys
from dataclasses import dataclass
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.events.worker import EventsWorker
from prefect.task_runners import ThreadPoolTaskRunner

def megabytes():
    for line in open("/proc/self/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024

@dataclass(frozen=True, slots=True)
class Link:
    url: str

@task(cache_policy=NO_CACHE, persist_result=False)
def list_task(number):
    return [Link(f"http://www.example.gov.cn/{number}/{link}") for link in range(100)]

@task(cache_policy=NO_CACHE, persist_result=False)
def year_task(number, links):
    return None

@task(cache_policy=NO_CACHE, persist_result=False)
def lane_task(number):
    year_task(number, list_task(number))

@flow(task_runner=ThreadPoolTaskRunner(max_workers=20))
def crawl(count):
    for tenth in range(10):
        for future in [lane_task.submit(number) for number in range(count // 30)]:
            future.result()
        EventsWorker.instance().wait_until_empty()
        print(megabytes(), flush=True)

crawl(int(sys.argv[1]))
"""
# The command and the flow, each in a process of its own.
_COMMAND = [sys.executable, "-m", "flows.cli", "reparse"]
_FLOW = [sys.executable, "-c", "from flows.deployments import reparse; reparse()"]


def start() -> Table:
    """Commands that do next to nothing, each in a process of its own; the least of three."""
    table = Table("command", "seconds", title="start-up")
    with tempfile.TemporaryDirectory() as folder:
        env = {"NIANBAO_DATA": folder}
        for command in (["--help"], ["query", "--help"], ["settings"], ["portals"], ["health", "--help"]):
            table.add_row(" ".join(command), f"{_least([sys.executable, '-m', 'flows.cli', *command], env):.2f}")
        for name in ("temporary Prefect server, new", "temporary Prefect server, known"):
            table.add_row(name, f"{_server():.1f}")
    return table


def _least(command: Sequence[str], env: dict[str, str]) -> float:
    return min(_timed(command, env) for _ in range(3))


def _timed(command: Sequence[str], env: dict[str, str]) -> float:
    began = time.monotonic()
    quiet = subprocess.DEVNULL
    subprocess.run(command, env={**os.environ, **env}, stdout=quiet, stderr=quiet, check=True)
    return time.monotonic() - began


def _server() -> float:
    began = time.monotonic()
    with temporary_server(_home()):
        return time.monotonic() - began


def _home() -> Path:
    return Path(os.environ["PREFECT_HOME"])


def engines() -> Table:
    """The same polite crawl in plain threads and as a flow of a running Prefect server."""
    table = Table("engine", "seconds", "CPU s", "peak MB", "beside plain", title=_title())
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        url = stack.enter_context(temporary_server(_home()))
        known: dict[str, float] = {}
        for engine in ("plain", "prefect"):
            took, cost = _crawled(folder / engine, engine, url)
            known[engine] = took
            beside = f"{took / known['plain'] - 1:+.1%}"
            table.add_row(engine, f"{took:.1f}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}", beside)
    return table


def _title() -> str:
    return f"{_PORTALS} portals, {_DOCUMENTS} documents each, a gap of {_GAP:g} s; start-up included"


def _crawled(folder: Path, engine: str, url: str) -> tuple[float, Cost]:
    folder.mkdir()
    with serving(_DOCUMENTS) as server:
        env = registry(folder, server.port, hosts(_PORTALS), _GAP, 0.0)
        env |= {"NIANBAO_ENGINE": engine, "PREFECT_API_URL": url}
        began = time.monotonic()
        cost = run([sys.executable, "-m", "flows.cli", "crawl", *(f"p{n}" for n in range(_PORTALS))], env)
        return time.monotonic() - began, cost


def reparse() -> Table:
    """The same archive read again by the command and by the flow of a running Prefect server."""
    title = f"reparse of {_ARCHIVED:,} reports by {os.cpu_count()} processes; start-up included"
    table = Table("engine", "seconds", "beside plain", title=title)
    with archived(_ARCHIVED) as (settings, _), temporary_server(_home()) as url:
        env = {**environment(settings), "PREFECT_API_URL": url}
        _timed(_COMMAND, env)  # the files are in the machine's memory now
        plain, prefect = (_least(command, env) for command in (_COMMAND, _FLOW))
    table.add_row("plain", f"{plain:.1f}", "")
    table.add_row("prefect", f"{prefect:.1f}", f"{prefect / plain - 1:+.1%}")
    return table


def tasks() -> Table:
    """Memory of the process of a flow after each tenth of some thousand task runs."""
    table = Table(*(f"{_TASKS * tenth // 10:,}" for tenth in range(1, 11)), title="resident MB after so many task runs")
    with temporary_server(_home()) as url:
        env = {**os.environ, "PREFECT_API_URL": url}
        command = [sys.executable, "-c", _MEMORY, str(_TASKS)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    table.add_row(*done.stdout.split())
    return table


def backup() -> Table:
    """Backup and restore of a synthetic warehouse, beside SQLite's own copy of the file."""
    table = Table("way", "seconds", "observations/s", "bytes", title="backup of a synthetic warehouse, SQLite")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url, place = f"sqlite:///{folder / 'w.db'}", ArchivePlace(folder / "archive")
        _fill(url)
        rows = sqlite3.connect(folder / "w.db").execute("SELECT COUNT(*) FROM observation").fetchone()[0]
        began = time.monotonic()
        with sqlite3.connect(folder / "w.db") as source, sqlite3.connect(folder / "copy.db") as copy:
            source.backup(copy)
        _row(table, "sqlite3 .backup", began, rows, folder / "copy.db")
        began = time.monotonic()
        back_up(url, place, folder / "b.zip")
        _row(table, "nianbao backup", began, rows, folder / "b.zip")
        began = time.monotonic()
        restore(folder / "b.zip", f"sqlite:///{folder / 'new.db'}", place)
        _row(table, "nianbao restore", began, rows, folder / "new.db")
    return table


def _fill(url: str) -> None:
    engine = open_warehouse(url)
    register_portals(engine, country.portals(_REPORTS))
    begun = start_run(engine, command="crawl", portals=[], years=[])
    store_many(engine, list(country.visits(_REPORTS, begun.id)))
    engine.dispose()


def _row(table: Table, way: str, began: float, rows: int, file: Path) -> None:
    took = time.monotonic() - began
    table.add_row(way, f"{took:.1f}", f"{rows / took:,.0f}", f"{file.stat().st_size:,}")


PARTS = {"start": start, "engines": engines, "reparse": reparse, "tasks": tasks, "backup": backup}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    only = parser.parse_args().only
    with tempfile.TemporaryDirectory() as home:
        prepare_prefect(Path(home))
        for part in only:
            Console(width=120).print(PARTS[part]())
    print(f"peak of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
