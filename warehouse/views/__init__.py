"""The views: the warehouse in the words of those who ask it.

A view is a file of this folder. Its first line says what a row is. Each output column stands at the end of a line, as
`AS name, -- what it means`, and the dictionary is made from these. What is in braces is a piece of SQL from
`warehouse.views.pieces`, since views share some and the engines differ in a few.

Views are dropped before the tables change, and made again when their SQL is not what the warehouse remembers.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from sqlalchemy import Connection, delete, inspect, select

from warehouse.dialect import upsert
from warehouse.tables import info
from warehouse.views.pieces import pieces

VIEWS = ("observations", "panel", "series", "coverage", "quality", "revisions", "lineage")

_KEY = "views"
_COLUMN = re.compile(r"(?:^\s*|\bAS )(?P<name>\w+),? -- (?P<meaning>.+)$", re.MULTILINE)
_COMMENT = re.compile(r"(?:^|[ ]+)-- .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class View:
    """A view: what a row of it is, and what its columns mean, in order."""

    name: str
    meaning: str
    columns: Mapping[str, str]


def put_views(connection: Connection) -> None:
    """Make the views, if those that are there are not the present ones."""
    statements = {name: view_sql(name, connection.dialect.name) for name in VIEWS}
    digest = hashlib.sha256("\n".join(statements.values()).encode()).hexdigest()
    if connection.scalar(select(info.c.value).where(info.c.key == _KEY)) == digest:
        return
    drop_views(connection)
    for name, sql in statements.items():
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {sql}")
    connection.execute(upsert(connection, info).values(key=_KEY, value=digest))


def drop_views(connection: Connection) -> None:
    """Drop the views: a table that they name cannot be changed under them."""
    for name in reversed(VIEWS):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
    if inspect(connection).has_table(info.name):
        connection.execute(delete(info).where(info.c.key == _KEY))


def view_sql(name: str, dialect: str) -> str:
    """The query of a view, for `sqlite` or `postgresql`."""
    return _COMMENT.sub("", _text(name)).strip().format_map(pieces(dialect))


@cache
def describe_view(name: str) -> View:
    """What a view means, from its file."""
    head, _, rest = _text(name).partition("\n")
    columns = {match["name"]: match["meaning"] for match in _COLUMN.finditer(rest)}
    return View(name, head.removeprefix("-- "), columns)


def _text(name: str) -> str:
    return resources.files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
