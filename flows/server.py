"""A Prefect server of our own: of one run, or of `nianbao serve`; on loopback, and gone when its parent is.

Prefect starts one by itself where no server is configured. That one shares the terminal, so Ctrl-C
stops it before the flow can end in order, and it lives on for ever when the run is killed. This one
has a session of its own and ends when the pipe on its standard input closes, however the run ended.
"""

import http.client
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_START_SECONDS = 120  # a first start, which builds the database, took 20 on two slow cores
_STOP_SECONDS = 10


class ServerError(Exception):
    """The temporary server does not start or answer; the message names its log."""


@contextmanager
def temporary_server(home: Path) -> Iterator[str]:
    """Run a server that keeps its database and `server.log` in `home`; gives the URL of its API.

    It records runs and does nothing else: no interface, no schedules. Raises ServerError when it does not answer, and
    OSError when `home` cannot be written.
    """
    with _server(home, 0, "temporary") as url:
        yield url


@contextmanager
def standing_server(home: Path, port: int) -> Iterator[str]:
    """The same with interface and schedules, at a port of loopback. Raises OSError when that is taken, too."""
    with _server(home, port, "standing") as url:
        yield url


@contextmanager
def _server(home: Path, wanted: int, kind: str) -> Iterator[str]:
    home.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", wanted)) as listener:
        port: int = listener.getsockname()[1]
        process = _start(listener, home / "server.log", kind)
    try:
        _wait_until_healthy(port, home / "server.log")
        yield f"http://127.0.0.1:{port}/api"
    finally:
        _stop(process)


def _start(listener: socket.socket, log: Path, kind: str) -> subprocess.Popen[bytes]:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/api"
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "flows.server", str(listener.fileno()), kind],
            env={**os.environ, "PREFECT_UI_API_URL": url},
            pass_fds=[listener.fileno()],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _wait_until_healthy(port: int, log: Path) -> None:
    """Ask for its health once: the socket listens already, so the question waits until it is answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_START_SECONDS)
    try:
        connection.request("GET", "/api/health")
        status = connection.getresponse().status
    except OSError as error:
        raise ServerError(f"the Prefect server does not answer ({error}): see {log}") from error
    finally:
        connection.close()
    if status != http.HTTPStatus.OK:
        raise ServerError(f"the Prefect server answers {status}: see {log}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _serve(descriptor: int, kind: str) -> None:
    """Serve on an open socket until standard input closes. Runs in the server's own process."""
    import uvicorn
    from prefect.server.api.server import create_app

    threading.Thread(target=_end_with_parent, daemon=True).start()
    app = create_app(ephemeral=kind == "temporary", final=True)
    config = uvicorn.Config(app, log_level="error", lifespan="on")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


def _end_with_parent() -> None:
    """Wait for the end of standard input, then leave at once: nothing in the server's database is ours."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2])
