"""Connections for the pages: the base and its figures side by side, read-only; and answers as plain rows."""

import json
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from warehouse.explorer.base import Base

Row = dict[str, Any]
_T = TypeVar("_T")


@dataclass(frozen=True)
class Shelf:
    """A base with its figures. A thread has one connection, which it opens with its first question."""

    base: Base
    figures: Path
    _threads: threading.local = field(default_factory=threading.local)

    def ask(self, page: Callable[[sqlite3.Connection], _T]) -> _T:
        """What a page's function gives, in this thread."""
        connection = getattr(self._threads, "connection", None)
        if connection is None:
            connection = self._threads.connection = self.connect()
        return page(connection)

    def connect(self) -> sqlite3.Connection:
        """A new connection. The figures are `main`, the base is `base`; no table is in both."""
        uri = f"{self.figures.absolute().as_uri()}?immutable=1"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        connection.execute("ATTACH ? AS base", (self.base.uri,))
        connection.execute("PRAGMA query_only = ON")
        connection.row_factory = sqlite3.Row
        return connection


def rows(connection: sqlite3.Connection, sql: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> list[Row]:
    """All rows of an answer."""
    return [dict(row) for row in connection.execute(sql, values)]


def row(connection: sqlite3.Connection, sql: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> Row | None:
    """The first row of an answer, if it has one."""
    found = connection.execute(sql, values).fetchone()
    return None if found is None else dict(found)


def has_column(connection: sqlite3.Connection, table: str, column: str) -> bool:
    """Whether the base has it: a release leaves out what may be personal."""
    return any(each["name"] == column for each in connection.execute(f"PRAGMA base.table_info({table})"))


def loaded(text: str | None) -> Any:
    """What a JSON column holds; None for none."""
    return None if text is None else json.loads(text)
