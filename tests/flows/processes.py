"""Processes that tests start, wait for and kill."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0  # seconds for anything to happen


def started(command: Sequence[str], env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A process in a group of its own, whose words are added to `log`."""
    with log.open("ab") as words:
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=words, stderr=words, start_new_session=True)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it has started, as a machine that is lost would: its group at once, then the rest."""
    rest = descendants(process.pid)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for pid in rest:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def descendants(pid: int) -> list[int]:
    """What a process has started, and what those have, the youngest first."""
    return [one for child in children(pid) for one in (*descendants(child), child)]


def children(pid: int) -> list[int]:
    """The processes that any thread of one has started, and that are there."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, (thread / "children").read_text(encoding="utf-8").split())
    return found


def until(what: Callable[[], Any], words: Callable[[], str] = str, pause: float = 0.1) -> Any:
    """Wait until `what` gives something true, and give that; look at it so many seconds apart."""
    deadline = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < deadline, words() or "it does not happen"
        time.sleep(pause)
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
