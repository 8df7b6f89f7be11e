"""Ending a run in order when a person or the system asks for it."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stop:
    """A wish to stop. `signal` is the number of the signal that brought it, 0 while there is none."""

    def __init__(self) -> None:
        self.signal = 0

    def __bool__(self) -> bool:
        return self.signal != 0

    def ask(self, number: int, frame: FrameType | None = None) -> None:
        """Take note of a signal; a second one ends the process here and now, which the ledger survives."""
        if self.signal:
            os._exit(128 + number)
        self.signal = number


@contextmanager
def stop_on_signals() -> Iterator[Stop]:
    """Turn SIGINT and SIGTERM into a wish to stop, so that the pages under way are finished first.

    Only the main thread may set handlers; in another one (a worker runs the flow) the wish never comes.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    former = {number: signal.signal(number, stop.ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
