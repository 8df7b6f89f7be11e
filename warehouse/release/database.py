"""Make the SQLite file of a release."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, func, insert, select

from warehouse.errors import WarehouseError
from warehouse.release import layout
from warehouse.release.cells import Cells
from warehouse.release.copy import copy_lists, copy_reports
from warehouse.release.numbering import number
from warehouse.release.stored import store_view
from warehouse.tables import run
from warehouse.views import view_sql

VIEWS = ("observations", "panel", "series", "quality", "lineage")
STORED = ("coverage", "revisions")  # views of a warehouse that need more than a release has

Tell = Callable[[str, int, int], None]


def make_database(source: Connection, file: Path, version: str | None, tell: Tell) -> None:
    """Write the release's SQLite file from a warehouse. The version is the day of its data if none is given.

    Raises WarehouseError if no run has ended, since then nothing tells the day.
    """
    numbers = number(source)
    until = _data_until(source)
    with _writing(file) as target:
        layout.metadata.create_all(target)
        copy_lists(source, target, numbers)
        copy_reports(source, target, numbers)
        cells = Cells(source, target, numbers)
        for done in cells.copy():
            tell(file.name, done, len(numbers.report))
        texts = [{"id": place, "text": numbers.label_texts[place - 1]} for place in sorted(cells.labels)]
        if texts:
            target.execute(insert(layout.tables["label"]), texts)
        withheld = cells.withheld + sum(store_view(source, target, name, numbers) for name in STORED)
        for statement in layout.INDEXES:
            target.exec_driver_sql(statement)
        for name in VIEWS:
            target.exec_driver_sql(f"CREATE VIEW {name} AS {_view(name)}")
        counts = {"withheld": withheld, "withheld_labels": cells.withheld_labels}
        target.execute(insert(layout.release), {"version": version or until, "data_until": until} | counts)
        target.exec_driver_sql("ANALYZE")


def _view(name: str) -> str:
    """The view's query without the places in our archive, which a release does not tell."""
    return re.sub(
        r"^ *k\.(?:file|file_offset|record_length) AS \w+,\n", "", view_sql(name, "sqlite"), flags=re.MULTILINE
    )


def _data_until(source: Connection) -> str:
    ended: datetime | None = source.scalar(select(func.max(run.c.finished_at)))
    if ended is None:
        raise WarehouseError("no crawl has ended in this warehouse, so there is nothing to publish")
    return f"{ended.astimezone(UTC):%Y-%m-%d}"


@contextmanager
def _writing(file: Path) -> Iterator[Connection]:
    """A new file, written in one go: what is broken off is thrown away, so nothing need be safe before the end."""
    engine = create_engine(f"sqlite:///{file}", json_serializer=_json)
    event.listen(engine, "connect", _on_connect)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    for setting in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -65536"):
        connection.execute(f"PRAGMA {setting}")
