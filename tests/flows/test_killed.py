"""Crawls of a faulty portal, each killed at a random moment: what is left in the end is as if nothing had been.

Without Prefect, which has a test of its own: here it is about the archive, the ledger and the warehouse.
TEST_KILLS=50 in the environment makes it a long look.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest

from tests.extractors.loopback import Asked, Reply
from tests.flows.crawling import Place as Where
from tests.flows.crawling import content_of, records
from tests.flows.processes import end, started
from tests.simulators import faults
from tests.simulators.hanweb import Hanweb
from tests.simulators.site import Answer, Fault, Simulator

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("TEST_KILLS", "8"))
FAULTS: tuple[Fault, ...] = (
    faults.reset,
    faults.cut,
    faults.failing,
)  # each costs two seconds: the session waits before it asks again


def flaky() -> Fault:
    """One address in ten fails when it is asked for the first time, each time in the same way."""
    asked_before: set[str] = set()

    def reply(asked: Asked, answer: Answer) -> Reply:
        lot = crc32(asked.target.encode())
        if lot % 10 or asked.target in asked_before:
            return answer(asked)
        asked_before.add(asked.target)
        return FAULTS[lot // 10 % len(FAULTS)](asked, answer)

    return reply


@pytest.fixture
def portal() -> Iterator[Simulator]:
    with Simulator(Hanweb(30), flaky()) as server:
        yield server


def place(portal: Simulator, folder: Path) -> Where:
    entry = f"""
        id = "flaky"
        name = "示例市人民政府"
        region = "330800"
        platform = "hanweb"
        base_url = "{portal.url}"
        status = "live"
        private = true
        gap = 0.0
        columns = [{{ id = "annual", url = "{portal.site.column}", title = "政府信息公开年报" }}]
    """
    (folder / "portals").mkdir(parents=True)
    (folder / "portals" / "flaky.toml").write_text(entry, encoding="utf-8")
    return Where(folder / "data", folder / "portals").made()


def crawling(where: Where) -> subprocess.Popen[bytes]:
    """A crawl in a process group of its own."""
    places = {"NIANBAO_DATA": str(where.data), "NIANBAO_PORTALS": str(where.portals)}
    command = [sys.executable, "-m", "tests.flows.plain", "flaky"]
    return started(command, {**os.environ, **places}, where.data / "words")


def crawled(where: Where) -> None:
    with crawling(where) as process:
        assert process.wait() == 0, (where.data / "words").read_text(encoding="utf-8")[-3000:]


def killed_after(where: Where, requests: int, portal: Simulator) -> bool:
    """Kill a crawl after so many requests more, and up to a page's time later; false if it ended before."""
    wanted = len(portal.log) + requests
    with crawling(where) as process:
        while len(portal.log) < wanted and process.poll() is None:
            time.sleep(0.002)
        time.sleep(random.random() * 0.1)
        end(process)
    return process.returncode == -signal.SIGKILL


def assert_no_torn_file(where: Where) -> None:
    """Every file reads to its end; what was being written when its process died is set aside under another name."""
    files = list((where.data / "archive").iterdir())
    assert {"".join(path.suffixes) for path in files} <= {".warc.gz", ".warc.gz.torn"}
    assert {records(path)[0] for path in files if path.suffix == ".gz"} == {"warcinfo"}


def test_kills_leave_no_trace(portal: Simulator, tmp_path: Path) -> None:
    undisturbed = place(portal, tmp_path / "undisturbed")
    crawled(undisturbed)
    expected, kills, ends = content_of(undisturbed), 0, 0
    while kills < KILLS:
        portal.faults[:] = [flaky()]
        where = place(portal, tmp_path / f"killed-{kills}")
        while killed_after(where, random.randrange(1, 8), portal):
            kills += 1
        crawled(where)  # the last one has ended by itself: this one finds nothing left to do
        assert content_of(where) == expected
        assert_no_torn_file(where)
        ends += 1
    assert ends > 0
