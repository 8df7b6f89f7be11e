"""`nianbao reparse --dask`: a real scheduler and two workers, of which one is killed in the middle."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from extractors.registry import load_portals
from extractors.report import read_capture
from flows import cluster as dask
from flows import reparse, reread
from flows.cluster import Cluster
from flows.readers import Readers
from flows.reread import Read, Shard, read_shards, shards
from flows.server import ServerError
from schema.records import Reading, ReadingStatus
from tests.flows.crawling import First, Place, content_of
from tests.flows.processes import PATIENCE, ROOT, end, started, until
from tests.flows.running import assert_one_line, called
from tests.flows.test_reparse import former
from warehouse.engine import open_warehouse
from warehouse.histories import histories
from warehouse.place import ArchivePlace

__all__ = ["former"]  # a fixture

pytestmark = pytest.mark.slow

# A task is given up when a second worker has died of it; by its own settings Dask wants four.
SETTINGS = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1", "PYTHONPATH": str(ROOT)}


@dataclass
class Running:
    """A cluster of its own: where its scheduler is, and its workers with their nannies."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    from distributed import Client

    file = tmp_path_factory.mktemp("dask") / "scheduler.json"
    with ExitStack() as stack:
        scheduler = part(stack, file, "scheduler", f"--scheduler-file={file}", "--port=0")
        until(file.exists)
        options = ("--nthreads=1", f"--local-directory={file.parent}")
        workers = [part(stack, file, "worker", f"--scheduler-file={file}", *options) for _ in range(2)]
        with Client(scheduler_file=str(file), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=PATIENCE)
            address = client.scheduler.address
        yield Running(address, scheduler, workers)


def part(stack: ExitStack, file: Path, what: str, *options: str) -> subprocess.Popen[bytes]:
    """A part of Dask, on loopback alone, killed at the end."""
    command = [sys.executable, "-m", "dask", what, "--host=127.0.0.1", "--dashboard-address=127.0.0.1:0", *options]
    process = started(command, {**os.environ, **SETTINGS}, file.with_suffix(".log"))
    stack.callback(end, process)
    return process


def slow(body: bytes, **known: Any) -> Reading:
    time.sleep(0.05)
    return read_capture(body, **known)


def test_a_worker_that_dies_costs_nothing(
    running: Running, first: First, former: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    came: list[Shard] = []

    def with_a_kill(*all_of_it: Any, **cluster: Any) -> Iterator[tuple[Shard, Read]]:
        for shard, read in read_shards(*all_of_it, slow, **cluster):
            came.append(shard)
            if len(came) == 5:
                end(running.workers[0])
            yield shard, read

    monkeypatch.setattr(reread, "DOCUMENTS", 1)
    monkeypatch.setattr(reparse, "read_shards", with_a_kill)
    done = called("reparse", "--dask", running.address, *former.flags)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(came) > 10
    assert content_of(former) == first.content


def deadly(body: bytes, *, at: str, of: int, **known: Any) -> Reading:
    """A reader that takes its process down on one address, unless it is the test's own."""
    if known["url"] == at and os.getpid() != of:
        os._exit(1)
    return read_capture(body, **known)


def test_a_document_that_takes_workers_down_is_one_unreadable_document(running: Running, former: Place) -> None:
    engine = open_warehouse(former.warehouse, create=False)
    groups = list(histories(engine))
    engine.dispose()
    bad = groups[0][0]
    todo = shards(groups, load_portals(former.portals), ArchivePlace(Path(former.data / "archive")))
    reader = partial(deadly, at=bad.url, of=os.getpid())
    with Readers(1) as readers, Cluster(running.address) as cluster:
        read = [one for _, shard in read_shards(readers, todo, reader, cluster) for one in shard.rereads]
    assert {page for one in read for page in one.pages} == {page.page_id for group in groups for page in group}
    ((reading,),) = [list(one.readings.values()) for one in read if bad.page_id in one.pages]
    assert (reading.status, reading.reason) == (ReadingStatus.UNREADABLE, "the reader's process ended with code 1")


def asleep() -> None:
    time.sleep(PATIENCE)


def test_what_hangs_is_given_up_and_its_worker_goes_on(running: Running) -> None:
    with Cluster(running.address, seconds=1.0) as cluster:
        with pytest.raises(reread.Undone, match=r"not read within 1 s"):
            cluster.submit(asleep).result()
        assert cluster.submit(os.getpid, documents=PATIENCE).result() != os.getpid()


def test_a_worker_with_another_reader_is_refused(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask, "VERSION", "0")
    with Cluster(running.address) as cluster, pytest.raises(ServerError, match="this program has 0"):
        cluster.submit(os.getpid).result()


def test_without_a_cluster_it_says_so(former: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content_of(former)
    monkeypatch.setattr(dask, "_CONNECT", 1.0)
    done = called("reparse", "--dask", "tcp://127.0.0.1:9", *former.flags)
    assert_one_line(done, 1, "no Dask scheduler answers at tcp://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert_one_line(called("reparse", "--dask", "tcp://127.0.0.1:9", *former.flags), 1, ".[dask]")
    assert content_of(former) == before


def test_a_lost_cluster_ends_the_run_with_a_line(
    running: Running, former: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last test of this module: after it there is no cluster any more."""
    monkeypatch.setattr(dask, "_LOOK", 0.2)
    monkeypatch.setattr(dask, "_PATIENCE", 0.5)
    with Cluster(running.address) as cluster:
        for worker in running.workers:
            end(worker)
        with pytest.raises(ServerError, match="no worker left; the same command goes on"):
            cluster.submit(os.getpid).result()
        until(lambda: not cluster._client.nthreads())
        assert_one_line(called("reparse", "--dask", running.address, *former.flags), 1, "has no worker")
        task = cluster.submit(os.getpid)
        end(running.scheduler)
        with pytest.raises(ServerError, match="was lost; the same command goes on"):
            task.result()
