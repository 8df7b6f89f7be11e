"""pywb, a replay tool of others, serving an archive of ours on loopback. It lives in an environment of its own
(`make .venv/.replay`), since it needs a Redis client older than Prefect's."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests.conftest import ROOT

BIN = ROOT / ".venv/replay/bin"
_PATIENCE = 60  # seconds until a server that does not answer is given up


@contextmanager
def replaying(files: list[Path], folder: Path) -> Iterator[str]:
    """Within this pywb serves the files; gives the address of their collection."""
    if not (BIN / "wayback").exists():
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say("there is no pywb here: make .venv/.replay")
    for command in (["init", "ours"], ["add", "ours", *map(str, files)]):
        subprocess.run([BIN / "wb-manager", *command], cwd=folder, check=True, capture_output=True)
    port = _free_port()
    command = [BIN / "wayback", "--bind", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}/ours"
        finally:
            server.kill()


def replayed(collection: str, time: datetime, url: str) -> tuple[int, bytes]:
    """Status and body of a page at a time, as it was and without the tool's banner.

    For a record that it cannot resolve pywb serves the nearest one that it can; that fails the test here.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{collection}/{time:%Y%m%d%H%M%S}id_/{url}", timeout=_PATIENCE) as answer:
        served = parsedate_to_datetime(answer.headers["Memento-Datetime"])
        assert served == time.replace(microsecond=0), "another record was served"
        return answer.status, answer.read()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert server.poll() is None, "pywb ended"
            assert time.monotonic() < deadline, "pywb does not answer"
            time.sleep(0.05)
        else:
            return
