"""The temporary Prefect server of one run: on a free loopback port, and gone when the run is.

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

    Raises ServerError when it does not answer, and OSError when `home` cannot be written.
    """
    home.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        process = _start(listener, home / "server.log")
    try:
        _wait_until_healthy(port, home / "server.log")
        yield f"http://127.0.0.1:{port}/api"
    finally:
        _stop(process)


def _start(listener: socket.socket, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "flows.server", str(listener.fileno())],
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
        raise ServerError(f"the temporary Prefect server does not answer ({error}): see {log}") from error
    finally:
        connection.close()
    if status != http.HTTPStatus.OK:
        raise ServerError(f"the temporary Prefect server answers {status}: see {log}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _serve(descriptor: int) -> None:
    """Serve on an open socket until standard input closes. Runs in the server's own process."""
    import uvicorn
    from prefect.server.api.server import create_app

    threading.Thread(target=_end_with_parent, daemon=True).start()
    app = create_app(ephemeral=True, final=True)
    config = uvicorn.Config(app, log_level="error", lifespan="on")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


def _end_with_parent() -> None:
    """Wait for the end of standard input, then leave at once: nothing in the server's database is ours."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
