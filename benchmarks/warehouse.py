"""How fast the warehouse is at national size, how large, and how it grows: side by side with others in one run.

    .venv/bin/python -m benchmarks.warehouse                              20,000 reports on SQLite, some minutes
    .venv/bin/python -m benchmarks.warehouse --reports 100000             a country: 12 million observations
    .venv/bin/python -m benchmarks.warehouse --engine postgresql          a server of its own, on a socket
    .venv/bin/python -m benchmarks.warehouse --reports 100000 --only space answers --plot growth.png

The country is `benchmarks.country`. It is loaded by `warehouse.batch.store_many`, as `nianbao ingest` loads; making the
visits is not counted. The ways to write rows are those of `benchmarks.loaders`, on the same rows; "the floor" is what
the driver alone takes for the rows of all tables that a load leaves, made ready beforehand. Questions are asked of
the warehouse and, on files that were exported from it, of DuckDB. Loading is measured in seconds of the processor on
SQLite, since machines are shared, and of the clock on PostgreSQL, where the server works as well.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import delete, text

from benchmarks import loaders
from benchmarks.country import portals, visits
from tests.warehouse.conftest import PostgreSQL, _programs
from warehouse import tables
from warehouse.batch import store_many
from warehouse.chunks import chunks
from warehouse.engine import Engine, open_warehouse, writing
from warehouse.export.export import export
from warehouse.ledger import finish_run, register_portals, start_run
from warehouse.load import store
from warehouse.query import run_query
from warehouse.questions import NAMES, question

BATCH = 2_000  # visits
LISTS = frozenset(
    "dimension form form_row indicator info region rule series_boundary series_definition series_term".split()
)
WAYS: dict[str, loaders.Way] = {
    "the driver, idempotent": loaders.best,
    "nianbao, idempotent": loaders.ours,
    "the driver, new keys": loaders.best_new,
    "nianbao, new keys": loaders.ours_new,
    "SQLAlchemy Core": loaders.core,
    "pandas.to_sql": loaders.pandas,
    "dlt": loaders.dlt,
}
OURS = ("nianbao, idempotent", "nianbao, new keys", "SQLAlchemy Core")  # get rows as a program has them
HISTORY = """
    SELECT year, indicator, applicant, value, status, unit, raw FROM observations
    WHERE agency = '示例甲市乙局' ORDER BY year, indicator, applicant
"""
NATIONAL = "SELECT agency, year, value, status, break_before FROM panel WHERE indicator = 'request.received'"
EXPORTED = ("observations", "panel", "series", "coverage", "quality", "revisions")


@dataclass(slots=True)
class Loaded:
    """A country in a warehouse, and how many observations it has.

    `points` are reports, observations in what was read of them, and seconds so far, batch by batch.
    """

    engine: Engine
    url: str
    points: list[tuple[int, int, float]] = field(default_factory=list)
    cells: int = 0

    @property
    def seconds(self) -> float:
        """What it took to load."""
        return self.points[-1][2]


def clock_of(engine: Engine) -> Callable[[], float]:
    """Seconds of the processor where all work is in this process, else of the clock."""
    return time.process_time if engine.dialect.name == "sqlite" else time.perf_counter


@contextmanager
def places(kind: str) -> Iterator[Callable[[], str]]:
    """URLs of new warehouses, which go away in the end."""
    folder = Path(tempfile.mkdtemp(prefix="nianbao-bench-"))
    if kind == "sqlite":
        try:
            yield lambda: f"sqlite:///{Path(tempfile.mkdtemp(dir=folder)) / 'warehouse.db'}"
        finally:
            shutil.rmtree(folder)
        return
    shutil.chown(folder, "postgres")
    server = PostgreSQL(_programs(), folder)
    try:
        server.start()
        yield server.new_database
        server.stop()
    finally:
        shutil.rmtree(folder)


def load(url: str, reports: int, say: Callable[[str], None] = lambda line: None) -> Loaded:
    """Load a country, a batch at a time."""
    engine = open_warehouse(url)
    register_portals(engine, portals(reports))
    run = start_run(engine, command="bench", portals=[], years=[])
    loaded, clock = Loaded(engine, url), clock_of(engine)
    made, cells, seconds = 0, 0, 0.0
    for batch in chunks(visits(reports, run.id), BATCH):
        began = clock()
        store_many(engine, batch)
        seconds += clock() - began
        made += sum("/art/" in one.fetch.url for one in batch)
        cells += sum(map(_cells, batch))
        loaded.points.append((made, cells, seconds))
        say(f"{made:,} reports, {cells:,} observations, {seconds:.0f} s")
    finish_run(engine, run.id, status="done")
    loaded.cells = _count(engine, "observation")
    return loaded


def _cells(visit: Any) -> int:
    return len(visit.reading.report.observations)


def _count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one())


def rates(loaded: Loaded, new_url: Callable[[], str], reports: int) -> Table:
    """The whole path, report by report and in batches, beside the floor, for as many reports as `reports`."""
    table = Table("way", "seconds", "observations/s", "of the floor", title=f"loading {reports:,} reports, all tables")
    small = load(new_url(), reports)
    rows = loaders.everything(small.engine, small.engine, LISTS)
    empty = open_warehouse(new_url())
    clock = clock_of(empty)
    began = clock()
    with writing(empty) as connection:
        for each, values in rows:
            loaders.driver_upsert(connection, each, values)
    floor = clock() - began
    ways = {"the floor": floor, "nianbao, batches": small.seconds, **_one_by_one(new_url(), reports)}
    for name, seconds in ways.items():
        table.add_row(name, f"{seconds:.1f}", f"{small.cells / seconds:,.0f}", f"{floor / seconds:.2f}")
    small.engine.dispose()
    empty.dispose()
    return table


def _one_by_one(url: str, reports: int) -> dict[str, float]:
    """A tenth of the reports by `store`, as a crawl does; what all of them would take."""
    engine = open_warehouse(url)
    register_portals(engine, portals(reports))
    run = start_run(engine, command="bench", portals=[], years=[])
    some = list(visits(reports, run.id))[: max(1, reports // 10)]
    clock = clock_of(engine)
    began = clock()
    for one in some:
        store(engine, one)
    seconds = (clock() - began) * 10
    engine.dispose()
    return {"nianbao, one by one": seconds}


def compare_ways(loaded: Loaded, new_url: Callable[[], str], count: int, rounds: int) -> Table:
    """All ways to write the same observations, each into the emptied table."""
    engine, table = loaded.engine, tables.observation
    rows = loaders.dump(engine, table, count)
    result = Table("way", "observations/s", "of the driver's best", title=f"writing {len(rows):,} observations")
    speeds: dict[str, list[float]] = {name: [] for name in WAYS}
    values = loaders.as_values(engine, table, count)
    target = _without_cells(loaded, new_url, rows)
    clock = clock_of(target)
    for _ in range(rounds):
        for name, way in WAYS.items():
            _empty(target)
            began = clock()
            try:
                way(target, table, values if name in OURS else rows)
            except ImportError:
                continue
            speeds[name].append(len(rows) / (clock() - began))
    target.dispose()
    floor = statistics.median(speeds["the driver, idempotent"])
    for name, found in speeds.items():
        speed = statistics.median(found) if found else 0.0
        result.add_row(name, *((f"{speed:,.0f}", f"{speed / floor:.2f}") if found else ("not installed", "")))
    return result


def _without_cells(loaded: Loaded, new_url: Callable[[], str], rows: loaders.Rows) -> Engine:
    """A warehouse with all that these observations refer to."""
    target = open_warehouse(new_url())
    last = rows[-1][0]
    with writing(target) as connection:
        for table, values in loaders.everything(loaded.engine, target, LISTS | {"observation"}):
            if table.name in ("portal", "agency", "capture", "report", "label", "run"):
                wanted = values if table.name != "report" else [row for row in values if row[0] <= last]
                loaders.driver_upsert(connection, table, wanted)
    return target


def _empty(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(delete(tables.observation))


def space(loaded: Loaded) -> Table:
    """Bytes of each large table with its indexes, and of the whole."""
    table = Table("table, indexes included", "MB", "bytes an observation", title=f"{loaded.cells:,} observations")
    sizes = (_sqlite_sizes if loaded.engine.dialect.name == "sqlite" else _postgresql_sizes)(loaded.engine)
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        if size > sum(sizes.values()) / 200:
            table.add_row(name, f"{size / 1e6:.1f}", f"{size / loaded.cells:.1f}")
    whole = sum(sizes.values())
    table.add_row("everything", f"{whole / 1e6:.1f}", f"{whole / loaded.cells:.1f}")
    return table


def _sqlite_sizes(engine: Engine) -> dict[str, int]:
    query = """
        SELECT m.tbl_name, SUM(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY m.tbl_name
    """
    with engine.connect() as connection:
        return {name: int(size) for name, size in connection.execute(text(query))}


def _postgresql_sizes(engine: Engine) -> dict[str, int]:
    query = "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 2200"
    with engine.connect() as connection:
        return {name: int(size) for name, size in connection.execute(text(query))}


def questions(loaded: Loaded, rounds: int) -> Iterator[Table]:
    """Export what the questions need, then ask the warehouse and DuckDB the same."""
    with tempfile.TemporaryDirectory(prefix="nianbao-bench-") as folder:
        exports = Table("table", "rows", "seconds", "rows/s", title="export to Parquet")
        for name in EXPORTED:
            began = time.perf_counter()
            (written,) = export(loaded.url, Path(folder), tables=(name,))
            seconds = time.perf_counter() - began
            exports.add_row(name, f"{written.rows:,}", f"{seconds:.1f}", f"{written.rows / seconds:,.0f}")
        yield exports
        yield answers(loaded, rounds, Path(folder))


def answers(loaded: Loaded, rounds: int, folder: Path | None = None) -> Table:
    """What an answer takes, in the warehouse and, with a folder of exports, in DuckDB."""
    table = Table("question", "rows", "warehouse, ms", "DuckDB on Parquet, ms", title="answers, all rows fetched")
    duck = _duckdb(folder) if folder else None
    asked = {"an agency's whole history": HISTORY, "an indicator, all the country": NATIONAL}
    for name, sql in {**asked, **{name: question(name).sql for name in NAMES}}.items():
        here, rows = _median(partial(_ask, loaded.url, sql), rounds)
        there = f"{_median(partial(_ask_duck, duck, sql), rounds)[0]:,.1f}" if duck else "not asked"
        table.add_row(name, f"{rows:,}", f"{here:,.1f}", there)
    return table


def _ask(url: str, sql: str) -> Sequence[object]:
    return run_query(url, sql, timeout=600).rows


def _ask_duck(duck: Any, sql: str) -> Sequence[object]:
    answer: Sequence[object] = duck.execute(sql).fetchall()
    return answer


def _median(ask: Callable[[], Sequence[object]], rounds: int) -> tuple[float, int]:
    """Milliseconds, after one round to warm up unless that took a second; and how many rows came."""
    began = time.perf_counter()
    rows = len(ask())
    times = [time.perf_counter() - began]
    if times[0] < 1:
        times = []
        for _ in range(rounds):
            began = time.perf_counter()
            ask()
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000, rows


def _duckdb(folder: Path) -> Any:
    try:
        import duckdb
    except ImportError:
        return None
    duck = duckdb.connect()
    for name in EXPORTED:
        files = f"{folder}/{name}/*.parquet" if (folder / name).is_dir() else f"{folder}/{name}.parquet"
        duck.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{files}')")
    return duck


def growth(loaded: Loaded, plot: Path | None) -> str:
    """How straight the line of seconds over observations is, and what the last quarter costs beside the first."""
    cells, seconds = [0.0], [0.0]
    for _, count, took in loaded.points:
        cells.append(float(count))
        seconds.append(took)
    quarter = max(1, len(cells) // 4)
    rates = [(cells[at + quarter] - cells[at]) / (seconds[at + quarter] - seconds[at]) for at in (0, -quarter - 1)]
    fit = statistics.correlation(cells, seconds) ** 2 if len(cells) > 2 else 1.0
    if plot:
        _draw(loaded, plot)
    return (
        f"growth: R² of a line {fit:.4f}; {rates[0]:,.0f} observations/s in the first quarter of the load, "
        f"{rates[1]:,.0f} in the last"
    )


def _draw(loaded: Loaded, plot: Path) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4))
    axes.plot([0, *(point[0] for point in loaded.points)], [0, *(point[2] for point in loaded.points)], marker=".")
    axes.set(xlabel="reports", ylabel="seconds", title=f"loading into {loaded.engine.dialect.name}")
    axes.grid(alpha=0.3)
    figure.savefig(plot, dpi=120, bbox_inches="tight")
    pyplot.close(figure)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=20_000)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=["load", "ways", "space", "duckdb"])
    parser.add_argument("--rows", type=int, default=200_000, help="observations for the ways to write them")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--plot", type=Path, help="a PNG of seconds over reports")
    options = parser.parse_args()
    console = Console(width=120)
    with places(options.engine) as new_url:
        loaded = load(new_url(), options.reports, Console(stderr=True).print)
        said = f"{options.reports:,} reports, {loaded.cells:,} observations in {loaded.seconds:.0f} s"
        console.print(f"{options.engine}: {said}, {loaded.cells / loaded.seconds:,.0f} a second by the whole path")
        console.print(growth(loaded, options.plot))
        for part in options.only:
            for table in PARTS[part](loaded, new_url, options):
                console.print(table)
        loaded.engine.dispose()


Part = Callable[[Loaded, Callable[[], str], argparse.Namespace], Iterator[Table]]


def _load_part(loaded: Loaded, new_url: Callable[[], str], options: argparse.Namespace) -> Iterator[Table]:
    yield rates(loaded, new_url, min(options.reports, 5_000))


def _ways_part(loaded: Loaded, new_url: Callable[[], str], options: argparse.Namespace) -> Iterator[Table]:
    yield compare_ways(loaded, new_url, options.rows, options.rounds)


def _space_part(loaded: Loaded, new_url: Callable[[], str], options: argparse.Namespace) -> Iterator[Table]:
    yield space(loaded)


def _questions_part(loaded: Loaded, new_url: Callable[[], str], options: argparse.Namespace) -> Iterator[Table]:
    yield from questions(loaded, options.rounds)


def _answers_part(loaded: Loaded, new_url: Callable[[], str], options: argparse.Namespace) -> Iterator[Table]:
    yield answers(loaded, options.rounds)


PARTS: dict[str, Part] = {
    "load": _load_part,
    "ways": _ways_part,
    "space": _space_part,
    "answers": _answers_part,
    "duckdb": _questions_part,
}

if __name__ == "__main__":
    main()
