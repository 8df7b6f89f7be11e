"""How a run shows that it goes on: bars on a terminal, one line a link elsewhere. All of it on stderr."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Column


class Reporter(Protocol):
    """Is told of links found and links done, by several threads at once."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *raised: object) -> None: ...
    def found(self, portal: str, links: int) -> None:
        """A portal's columns have given so many links by now."""

    def done(self, portal: str, what: str) -> None:
        """One link of the portal has been dealt with; `what` says how and which."""


def reporter(log_format: str = "plain") -> Reporter:
    """The reporter that fits where stderr goes; where that is a log of JSON, lines of it."""
    if log_format == "json":
        return Records()
    console = Console(stderr=True)
    return Bars(console) if console.is_terminal else Lines(console)


class Bars:
    """A bar a portal, links done of links found."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            BarColumn(bar_width=16),
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            # A long title must not push the figures off a narrow terminal.
            TextColumn("{task.fields[what]}", markup=False, table_column=Column(no_wrap=True, ratio=1)),
            console=console,
            expand=True,
        )
        self._bars: dict[str, TaskID] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._progress.stop()

    def found(self, portal: str, links: int) -> None:
        """Lengthen the portal's bar."""
        self._progress.update(self._bar(portal), total=links)

    def done(self, portal: str, what: str) -> None:
        """Move the portal's bar on."""
        self._progress.update(self._bar(portal), advance=1, what=what)

    def _bar(self, portal: str) -> TaskID:
        with self._lock:
            if portal not in self._bars:
                self._bars[portal] = self._progress.add_task(portal, total=None, what="")
            return self._bars[portal]


class Lines:
    """A line a link, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._found: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def found(self, portal: str, links: int) -> None:
        """Keep the number for the lines to come."""
        self._found[portal] = links

    def done(self, portal: str, what: str) -> None:
        """Write one line."""
        with self._lock:
            self._done[portal] = self._done.get(portal, 0) + 1
            line = f"{portal} {self._done[portal]}/{self._found.get(portal, 0)} {what}"
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


class Records:
    """A record of the log for each link: with `portal`, `done`, `found` and `what`."""

    def __init__(self) -> None:
        self._log = logging.getLogger("nianbao.progress")
        self._found: Counter[str] = Counter()
        self._done: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def found(self, portal: str, links: int) -> None:
        """Keep the number for the records to come."""
        self._found[portal] = links

    def done(self, portal: str, what: str) -> None:
        """Log one record, at the level info."""
        with self._lock:
            self._done[portal] += 1
            told = {"portal": portal, "done": self._done[portal], "found": self._found[portal]}
        self._log.info("%s", what, extra=told)


@contextmanager
def steps() -> Iterator[Callable[[str, int, int], None]]:
    """Bars for work in steps, a bar for each name it is told of; nothing where stderr is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda name, done, total: None
        return
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console) as progress:
        bars: dict[str, TaskID] = {}

        def tell(name: str, done: int, total: int) -> None:
            if name not in bars:
                bars[name] = progress.add_task(name)
            progress.update(bars[name], completed=done, total=total)

        yield tell
