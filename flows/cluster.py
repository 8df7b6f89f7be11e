"""Reading on a Dask cluster: shards of the archive as its tasks, through its own client.

A worker that dies costs nothing, since its scheduler gives what it had to another. What takes worker after worker
down, or hangs, comes back as `Undone` and is then read here, each document by itself and with its limits.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from extractors.report import VERSION
from flows.readers import SECONDS, Undone
from flows.server import ServerError

if TYPE_CHECKING:  # the extra `dask`
    from distributed import Client, Future

Result = TypeVar("Result")

_CONNECT = 30.0  # seconds until a scheduler that does not answer is given up
_PATIENCE = 60.0  # seconds that a cluster may be without any worker: a nanny starts another within some
_LOOK = 5.0  # seconds between two looks whether there are workers


class Cluster:
    """A running cluster as a pool of workers; a context manager. `seconds` is the limit for one document.

    Raises ServerError where Dask is not installed, nothing answers at the address, or no worker is there.
    """

    def __init__(self, address: str, seconds: float = SECONDS) -> None:
        self._client, self._seconds = _client(address), seconds
        if not self._client.nthreads():
            self._client.close()
            raise ServerError(f"the Dask scheduler {address} has no worker: start some with `dask worker {address}`")

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *raised: object) -> None:
        self._client.close()  # what it still had to do for us is forgotten

    @property
    def workers(self) -> int:
        """How many tasks it does at once, now."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def submit(self, task: Callable[[], Result], documents: int = 1) -> "ClusterTask[Result]":
        """Begin a task that reads so many documents; it and all that it needs are sent."""
        future = self._client.submit(_done_by, VERSION, task, pure=False)
        return ClusterTask(self._client, future, self._seconds * documents)


class ClusterTask(Generic[Result]):
    """What a worker of the cluster does."""

    def __init__(self, client: "Client", future: "Future[Any]", seconds: float) -> None:
        self._client, self._future, self._seconds = client, future, seconds

    def result(self) -> Result:
        """Wait for what comes of it. Raises Undone, ServerError when the cluster is lost, and what the task raises."""
        from distributed import CancelledError, KilledWorker

        try:
            self._wait()
            result: Result = self._future.result()
        except KilledWorker as error:
            raise Undone(f"{error.allowed_failures + 1} workers of the cluster died of it") from error
        except (CancelledError, OSError) as error:
            raise ServerError(f"the Dask cluster was lost; the same command goes on from here ({error})") from error
        except ImportError as error:
            raise ServerError(f"a worker of the Dask cluster lacks this program ({error})") from error
        return result

    def _wait(self) -> None:
        """Until it is done. One that takes too long is left to itself, and its worker started anew."""
        began = alive = time.monotonic()
        while not self._is_done():
            now = time.monotonic()
            alive = now if self._client.nthreads() else alive
            if now - alive > _PATIENCE:
                raise ServerError("the Dask cluster has no worker left; the same command goes on from here")
            if now - began > self._seconds:
                self._give_up()
                raise Undone(f"not read within {self._seconds:g} s")

    def _is_done(self) -> bool:
        with suppress(TimeoutError):
            self._future.exception(timeout=min(_LOOK, self._seconds))
        return bool(self._future.done())

    def _give_up(self) -> None:
        busy = [worker for worker, keys in self._client.processing().items() if self._future.key in keys]
        self._future.cancel(reason="it takes too long")
        self._client.restart_workers(busy, raise_for_error=False)  # or it would hang on there for ever


def _client(address: str) -> "Client":
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise ServerError(
            "--dask needs Dask: install nianbao with its extra, as in pip install -e '.[dask]'"
        ) from error
    for name in ("distributed", "distributed.client", "distributed.gc"):
        logging.getLogger(name).setLevel(logging.NOTSET)  # its own levels would say more than was asked for
    try:
        return Client(address, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ServerError(f"no Dask scheduler answers at {address}; write tcp://HOST:PORT ({error})") from error


def _done_by(version: str, task: Callable[[], Result]) -> Result:
    """In the worker. One that reads otherwise than we do would make a warehouse that nobody's reader made."""
    if version != VERSION:
        raise ServerError(f"a worker of the Dask cluster has reader {VERSION}, this program has {version}: bring it up")
    return task()
