"""Worker processes that read documents: each document has a limit of time and of memory, and none stops a run.

They also let reading use every processor while the lanes wait for their hosts. When the parent is killed its workers
end by themselves, since the pipes to it do.
"""

import os
import resource
import signal
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from threading import Lock
from typing import Generic, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from extractors.documents import Format, Unreadable, format_of
from extractors.report import Context, read_capture
from schema.records import Reading, ReadingStatus

Reader = Callable[..., Reading]  # takes what `read_capture` takes
Result = TypeVar("Result")

SECONDS = 60.0  # for one page; the largest seen take less than one
_OF_FILES = 5  # times as long for a file: a scanned page takes some ten seconds of a processor
_MEMORY = 4 << 30  # bytes of address space of a worker
_TASKS = 2_000  # documents after which a worker is replaced, so that no leak of a library grows for a night


class Undone(Exception):
    """A task that took too long or too much, or took its worker down; the message says which."""


class Task(Generic[Result]):
    """What a worker does."""

    def __init__(self, future: "ProcessFuture[Result]", seconds: float) -> None:
        self._future, self._seconds = future, seconds

    def result(self) -> Result:
        """Wait for what comes of it. Raises Undone, and what the task raises."""
        try:
            result: Result = self._future.result()
        except TimeoutError as error:
            raise Undone(f"not read within {self._seconds:g} s") from error
        except MemoryError as error:
            raise Undone(f"takes more than {_MEMORY >> 30} GiB to read") from error
        except ProcessExpired as end:
            raise Undone(f"the reader's process ended with code {end.exitcode}") from end
        return result


class Readers:
    """A pool of workers, begun with the first document; a context manager.

    `seconds` is the limit for one page, and a multiple of it for a file; `reader` is what is called in the worker.
    """

    def __init__(self, workers: int | None = None, seconds: float = SECONDS, reader: Reader = read_capture) -> None:
        self.workers = workers or os.cpu_count() or 1
        self._seconds, self._reader = seconds, reader
        self._pool: ProcessPool | None = None
        self._lock = Lock()

    def __enter__(self) -> "Readers":
        return self

    def __exit__(self, *raised: object) -> None:
        if self._pool:
            self._pool.close()  # type: ignore[no-untyped-call]
            self._pool.join()

    def read(self, body: bytes, *, content_type: str = "", url: str = "", context: Context | None = None) -> Reading:
        """What the reader gives; unreadable when it takes too long or too much, or takes its process down."""
        task = partial(self._reader, body, content_type=content_type, url=url, context=context)
        try:
            return self.submit(task, 1 if is_page(body) else _OF_FILES).result()
        except Undone as why:
            return Reading(ReadingStatus.UNREADABLE, reason=str(why))

    def submit(self, task: Callable[[], Result], documents: int = 1) -> "Task[Result]":
        """Begin a task that reads so many documents. What it needs is sent to its worker."""
        seconds = self._seconds * documents
        return Task(self._begun().schedule(task, timeout=seconds), seconds)

    def read_file(
        self, body: bytes, *, content_type: str = "", url: str = "", context: Context | None = None
    ) -> Reading:
        """Read a page in this process, and in a worker what has to be unpacked: how much comes of it nobody knows."""
        read = self._reader if is_page(body) else self.read
        return read(body, content_type=content_type, url=url, context=context)

    def _begun(self) -> ProcessPool:
        with self._lock:
            if self._pool is None:
                # Spawned, not forked: the lanes' threads hold locks that a fork would copy as held for ever.
                spawn = get_context("spawn")
                self._pool = ProcessPool(self.workers, _TASKS, initializer=_begin, context=spawn)
            return self._pool


def is_page(body: bytes) -> bool:
    """Whether bytes are HTML or text, as far as can be told without opening them."""
    try:
        return format_of(body) is Format.TEXT
    except Unreadable:
        return False


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent says when to end
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
