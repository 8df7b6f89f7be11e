"""The temporary Prefect server: there while a run is, and not a moment longer."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.server import ServerError, temporary_server

PROGRAM = """
import sys, time
from pathlib import Path
from flows.server import temporary_server
with temporary_server(Path(sys.argv[1])) as url:
    print(url, flush=True)
    time.sleep(600)
"""


def is_open(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
def test_it_ends_with_a_run_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    environment = {**os.environ, "PREFECT_HOME": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        port = int(url.removeprefix("http://127.0.0.1:").removesuffix("/api"))
        assert is_open(port)
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while is_open(port):
        assert time.monotonic() < deadline, "the server lives on"
        time.sleep(0.05)


def test_one_that_does_not_start_is_named_with_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ServerError, match=r"server\.log"), temporary_server(tmp_path):
        pytest.fail("it gave an address")
