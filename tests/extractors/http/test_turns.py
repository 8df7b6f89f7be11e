"""One gap a host, over sessions, threads and processes; the turns' file after reboots and kills."""

import itertools
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from extractors.http import Pacing, Turns
from extractors.http.turns import machine_folder
from tests.extractors.loopback import JITTER, QUICK, Loopback

VISITOR = """
import sys
from pathlib import Path
from extractors.http import Pacing, Politeness, PoliteSession, Turns
from extractors.registry import Portal

url, folder, gap = sys.argv[1:]
portal = Portal("p", "示例市", "330800", "hanweb", url, gap=float(gap), private=True)
with PoliteSession(portal, Politeness(), Pacing(Turns(Path(folder)))) as session:
    for number in range(3):
        session.get(f"{url}/ok?{number}")
"""


def shortest(server: Loopback) -> float:
    """The shortest time between two requests, in seconds."""
    return min(later.at - earlier.at for earlier, later in itertools.pairwise(server.log))


@pytest.fixture(params=["file", "memory"])
def turns(request: pytest.FixtureRequest, tmp_path: Path) -> Turns:
    return Turns(tmp_path / "new" / "turns" if request.param == "file" else None)


@pytest.mark.slow
def test_three_processes_keep_one_gap(server: Loopback, tmp_path: Path) -> None:
    command = [sys.executable, "-c", VISITOR, server.url, str(tmp_path), "0.2"]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert len(server.log) == 3 * (1 + 3)
    assert shortest(server) >= 0.2 - JITTER


def test_sessions_of_a_process_keep_one_gap(server: Loopback) -> None:
    def visit() -> None:
        with server.session(gap=0.1) as session:
            session.get(f"{server.url}/ok")

    threads = [threading.Thread(target=visit) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.log) == 3 * 2
    assert shortest(server) >= 0.1 - JITTER


def test_a_hold_is_shared(server: Loopback, tmp_path: Path) -> None:
    Turns(tmp_path).hold(server.url.removeprefix("http://"), 0.3)
    began = time.monotonic()
    with server.session(QUICK, Pacing(Turns(tmp_path))) as session:
        session.get(f"{server.url}/ok")
    assert server.log[0].at - began >= 0.3 - JITTER


def test_a_cool_down_is_one_for_all_runs(tmp_path: Path) -> None:
    refused, other = Pacing(Turns(tmp_path)), Pacing(Turns(tmp_path))
    for _ in range(2):
        refused.refused("a", "403", cool_down=0.3)
    began = time.monotonic()
    other.wait("a", 0.0)
    assert time.monotonic() - began >= 0.3 - JITTER


def test_the_longer_gap_counts_whoever_asked_before(turns: Turns) -> None:
    turns.wait("a", 0.0)
    began = time.monotonic()
    turns.wait("a", 0.15)
    turns.wait("a", 0.0)
    assert time.monotonic() - began >= 0.3 - JITTER


def test_hosts_do_not_wait_for_each_other(turns: Turns) -> None:
    began = time.monotonic()
    for host in ("a", "b", "a:8080", "::1"):
        turns.wait(host, 30.0)
    assert time.monotonic() - began < 5.0


@pytest.mark.parametrize(
    "left_behind",
    ["", "torn", "1.0", "1e300 1e300", "nan nan", "inf inf", "1e15 0.0", "0.0 9e9", "\xff"],
)
def test_times_that_cannot_be_are_none(tmp_path: Path, left_behind: str) -> None:
    (tmp_path / "a.turn").write_text(left_behind, encoding="latin-1")
    began = time.monotonic()
    Turns(tmp_path).wait("a", 0.0)
    assert time.monotonic() - began < 5.0
    Turns(tmp_path).hold("a", 0.1)
    Turns(tmp_path).wait("a", 0.0)
    assert time.monotonic() - began >= 0.1


def test_no_other_file_is_written_to_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="ascii")
    (tmp_path / "a.turn").symlink_to(tmp_path / "mine")
    with pytest.raises(OSError, match="symbolic link"):
        Turns(tmp_path).wait("a", 0.0)
    assert (tmp_path / "mine").read_text(encoding="ascii") == "mine"


def test_the_machine_has_one_folder_a_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    Turns(machine_folder()).wait("a", 0.0)
    [folder] = tmp_path.iterdir()
    assert (machine_folder(), [path.name for path in folder.iterdir()]) == (folder, ["a.turn"])
    assert folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_leads_elsewhere_is_not_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"nianbao-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="another user"):
        machine_folder()
