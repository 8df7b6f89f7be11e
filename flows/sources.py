"""Archived documents as pages that are safe to look at, made in a process apart: a document may be anybody's.

One that takes its reader down, or keeps it busy, costs a page that cannot be shown.
"""

from concurrent.futures import TimeoutError as TooLong
from multiprocessing import get_context
from typing import Self

from pebble import ProcessExpired, ProcessPool

from extractors.documents.mark import Shown, Unreadable, show_source
from flows.readers import begin_worker
from schema.records import Place
from warehouse.errors import WarehouseError

SECONDS = 10.0  # for one document; pages take some hundredths


class Viewer:
    """Worker processes that show documents; a context manager."""

    def __init__(self, workers: int = 1, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._pool = ProcessPool(workers, initializer=begin_worker, context=get_context("spawn"))

    def __enter__(self) -> Self:
        self._pool.schedule(len, ("",))  # begin the workers now, not with the first reader's click
        return self

    def __exit__(self, *raised: object) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def show(self, body: bytes, content_type: str, place: Place | None) -> Shown:
        """The document with a cell marked. Raises WarehouseError, which says why, for one that cannot be shown."""
        task = self._pool.schedule(show_source, (body, content_type, place), timeout=self._seconds)
        try:
            shown: Shown = task.result()
        except Unreadable as error:
            raise WarehouseError(str(error)) from error
        except TooLong as error:
            raise WarehouseError(f"it takes more than {self._seconds:g} s to lay out") from error
        except (MemoryError, ProcessExpired) as error:
            raise WarehouseError("it is more than a page can be") from error
        return shown
