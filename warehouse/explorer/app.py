"""Datasette with a base, its figures and our pages."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from warehouse.explorer.asking import Shelf, row
from warehouse.explorer.sources import Sources
from warehouse.questions import NAMES, Question, question

TIME_LIMIT_MS = 3_000  # of a query that a reader writes
MOST_ROWS = 2_000  # of its answer
_COUNT_MS = 500  # for the rows of one table, which are counted once: Datasette would count them for every reader
# What is about our own runs and not about reports: not listed, but there for who asks.
_INNER = ("alembic_version", "info", "page", "quarantine", "run", "visit")
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Explorer:
    """What our pages need beside Datasette. `version` is that of the release, `until` the day of the last crawl."""

    shelf: Shelf
    sources: Sources
    questions: Sequence[Question]
    version: str
    until: str


def make_app(shelf: Shelf, sources: Sources, base_url: str = "/") -> Any:
    """A Datasette that serves the base read-only. `base_url` is its path behind a reverse proxy."""
    from datasette.app import Datasette
    from datasette.database import Database
    from datasette.plugins import pm

    from warehouse.explorer import plugin

    if not pm.is_registered(plugin):
        pm.unregister(name="datasette.handle_exception")  # see `plugin.handle_exception`
        for other, _ in pm.list_plugin_distinfo():  # of what else is installed here nothing is to take part
            pm.unregister(other)
        pm.register(plugin, "nianbao")
    asked = [question(name) for name in NAMES]
    datasette = Datasette(
        [],
        metadata=_metadata(asked, plugin.DATABASE, plugin.FIGURES),
        template_dir=str(_HERE / "templates"),
        static_mounts=[("static", str(_HERE / "static"))],
        settings={
            "base_url": base_url,
            "sql_time_limit_ms": TIME_LIMIT_MS,
            "max_returned_rows": MOST_ROWS,
            "suggest_facets": False,
            "allow_download": False,
            "default_cache_ttl": 0,
            "num_sql_threads": 4,
        },
    )
    datasette.remove_database("_memory")
    database = Database(datasette, str(shelf.base.file), is_mutable=not shelf.base.is_release)
    if database.is_mutable:  # those of others Datasette counts once by itself
        database.table_counts = partial(_counts, database.table_counts, {})
    datasette.add_database(database, name=plugin.DATABASE)
    datasette.add_database(Database(datasette, str(shelf.figures), is_mutable=False), name=plugin.FIGURES)
    datasette.nianbao = Explorer(shelf, sources, asked, shelf.base.version, _until(shelf))
    return datasette


async def _counts(
    count: Callable[[int], Awaitable[Mapping[str, int]]], known: dict[str, int], limit: int = 0
) -> Mapping[str, int]:
    """The rows of each table as they were when they were asked for first."""
    if not known:
        known.update(await count(_COUNT_MS))
    return known


def _until(shelf: Shelf) -> str:
    """The day on which the last crawl ended that is in the base."""
    sql = (
        "SELECT data_until AS day FROM release" if shelf.base.is_release else "SELECT MAX(finished_at) AS day FROM run"
    )
    connection = shelf.connect()
    try:
        found = row(connection, sql)
    finally:
        connection.close()
    return str((found or {}).get("day") or "")[:10]


def _metadata(asked: Sequence[Question], database: str, figures: str) -> dict[str, Any]:
    queries = {
        one.name: {"sql": one.sql, "title": f"{one.title_zh} {one.title_en}", "description": one.how_to_read}
        for one in asked
    }
    return {
        "title": "年报 Nianbao",
        "databases": {
            database: {
                "queries": queries,
                "description": "表与视图 Tables and views",
                "tables": {name: {"hidden": True} for name in _INNER},
            },
            figures: {"description": "页面所用的汇总 Aggregates that the pages are made of"},
        },
    }
