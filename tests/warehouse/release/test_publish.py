"""A release: whole, described, comparable with the one before, and the same from both engines."""

import csv
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package, Resource, Schema, validate
from pyarrow import parquet

from tests.warehouse.build import AGENCY
from tests.warehouse.filled import FORMULA, OTHER, fill_new, finish, of, read_at
from tests.warehouse.release.contents import everything_in
from warehouse.engine import open_warehouse
from warehouse.errors import WarehouseError
from warehouse.export.tables import EXPORTED
from warehouse.ledger import start_run
from warehouse.load import store
from warehouse.query import run_query
from warehouse.release.personal import WITHHELD
from warehouse.release.publish import DATABASE, publish


@pytest.fixture(scope="module")
def release(filled_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "first"
    publish(f"sqlite:///{filled_file}", folder)
    return folder


def test_a_release_is_whole(release: Path) -> None:
    files = {path.name for path in release.iterdir() if path.is_file() and path.suffix != ".parquet"}
    assert files == {
        "nianbao.db",
        "README.md",
        "CHANGELOG.md",
        "CITATION.cff",
        "dictionary.md",
        "datapackage.json",
        "SHA256SUMS",
    }
    there = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    sums = dict(reversed(line.split("  ")) for line in (release / "SHA256SUMS").read_text().splitlines())
    assert sums.keys() == there - {"SHA256SUMS"}
    assert sums == {name: hashlib.sha256((release / name).read_bytes()).hexdigest() for name in sums}
    assert "release 2026-02-03" in (release / "README.md").read_text()
    assert "6 reports of\n3 agencies for the years 2018 to 2021" in (release / "README.md").read_text()
    assert release.stat().st_mode & 0o777 == 0o777 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


VIEWS = ("observations", "panel", "series", "coverage", "quality", "lineage")
_NOT_COMPARED = {"agency_id", "report_id", "capture_id", "warc_file", "warc_offset", "warc_length"}


@pytest.mark.parametrize("view", VIEWS)
def test_the_views_of_a_release_say_what_the_warehouse_says_of_the_reports_that_stand(
    release: Path, filled_url: str, view: str
) -> None:
    theirs = run_query(f"sqlite:///{release / DATABASE}", f"SELECT * FROM {view}")
    ours = run_query(filled_url, f"SELECT * FROM {view}" + (" WHERE is_current" if view == "lineage" else ""))
    assert theirs.columns == tuple(name for name in ours.columns if not name.startswith("warc_"))
    assert theirs.rows
    assert sorted(map(repr, _plain(theirs))) == sorted(map(repr, _plain(ours)))


def _plain(result: Any) -> Iterator[dict[str, object]]:
    """Rows as both engines would print them, without numbers of rows and with what a release withholds withheld."""
    for row in result.rows:
        named = dict(zip(result.columns, row, strict=True))
        if named.get("printed_label") == FORMULA:
            named["printed_label"] = WITHHELD
        if named.get("rule") == "corrected":
            named["message"] = ""
        yield {name: _same(value) for name, value in named.items() if name not in _NOT_COMPARED}


def _same(value: Any) -> object:
    if isinstance(value, bool | int | float) or value.__class__.__name__ == "Decimal":
        return float(value)
    return value if value is None else str(value).removesuffix("+00:00")


def test_a_release_tells_nothing_of_our_runs_and_has_sound_keys(release: Path) -> None:
    with closing(sqlite3.connect(release / DATABASE)) as database:
        names = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert not names & {"run", "visit", "page", "quarantine", "local_row", "info", "alembic_version"}
        assert "a.warc.gz" not in everything_in(release)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT version, data_until FROM release").fetchall() == [("2026-02-03", "2026-02-03")]
        plan = database.execute("EXPLAIN QUERY PLAN SELECT * FROM panel WHERE agency = ?", (AGENCY,)).fetchall()
        assert "SCAN r" not in str(plan)


def test_revisions_are_kept_without_the_numbers_of_what_no_longer_stands(release: Path) -> None:
    sql = "SELECT agency, year, indicator, from_value, to_value, from_raw, to_raw FROM revisions WHERE what = 'cell'"
    with closing(sqlite3.connect(release / DATABASE)) as database:
        assert database.execute(sql).fetchall() == [(AGENCY, 2021, "request.received", 20, 21, "20", "21")]
        assert database.execute("SELECT COUNT(*) FROM report").fetchone() == (6,)


@pytest.mark.slow
def test_the_descriptor_is_a_data_package_whose_schemas_hold(release: Path) -> None:
    descriptor = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    assert Package.from_descriptor(descriptor).resource_names == [one["name"] for one in descriptor["resources"]]
    assert {one["name"] for one in descriptor["resources"]} == EXPORTED.keys() - {"lineage"}
    package = Package(resources=[_with_rows(release, one) for one in descriptor["resources"]])
    report = package.validate()
    assert report.valid, report.flatten(["name", "type", "message"])[:5]
    assert sum(task.stats["rows"] for task in report.tasks) == sum(
        parquet.read_metadata(path).num_rows for path in release.rglob("*.parquet")
    )


def _with_rows(folder: Path, one: dict[str, Any]) -> Resource:
    """The resource with the rows of its Parquet files in place of their paths: frictionless reads no Parquet itself."""
    paths = one["path"] if isinstance(one["path"], list) else [one["path"]]
    rows = [row for path in paths for row in parquet.read_table(folder / path).to_pylist()]
    names = [field["name"] for field in one["schema"]["fields"]]
    assert all(list(row) == names for row in rows)
    data = [names, *([_inline(value) for value in row.values()] for row in rows)]
    return Resource(name=one["name"], data=data, schema=Schema.from_descriptor(one["schema"]))


def _inline(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.mark.slow
def test_a_wrong_row_would_fail_the_schema(release: Path) -> None:
    descriptor = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    resources = [_with_rows(release, one) for one in descriptor["resources"]]
    observations = next(one for one in resources if one.name == "observations")
    observations.data[1][observations.data[0].index("indicator")] = "request.unheard_of"
    observations.data[2][observations.data[0].index("status")] = "zero"
    errors = Package(resources=resources).validate().flatten(["type"])
    assert ["foreign-key"] in errors
    assert ["constraint-error"] in errors


@pytest.mark.slow
def test_both_engines_give_the_same_bytes_whatever_the_order_of_loading(
    release: Path, postgresql: Any, tmp_path: Path
) -> None:
    url = postgresql.new_database()
    fill_new(url, backwards=True)
    publish(url, tmp_path / "other")
    assert (tmp_path / "other" / "SHA256SUMS").read_text() == (release / "SHA256SUMS").read_text()


@pytest.fixture
def own_url(filled_file: Path, tmp_path: Path) -> str:
    """A warehouse to change."""
    return f"sqlite:///{shutil.copy(filled_file, tmp_path / 'w.db')}"


@pytest.mark.slow
def test_changes_since_the_release_before_are_counted_and_listed(own_url: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    publish(own_url, first, "1")
    engine = open_warehouse(own_url)
    run_id = start_run(engine, command="crawl", portals=[], years=[]).id
    changed = of(OTHER, 2018, [("request.received", "4"), ("capacity.staff", "2")])
    store(engine, read_at(run_id, changed, 3, day=40, place=50))
    store(engine, read_at(run_id, of(OTHER, 2021, [("request.received", "9")]), 60, day=40))
    finish(engine, run_id)
    engine.dispose()
    changes = publish(own_url, second, "2", previous=first)
    assert changes is not None
    assert (changes.previous, dict(changes.reports)) == ("1", {"new": 1, "changed": 1})
    assert dict(changes.cells) == {"new": 2 + 1, "changed": 1, "gone": 1}
    with (second / "changed_cells.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1:] == [
        [OTHER, "2018", "capacity.staff", "total", "new", "", "", "2", "reported"],
        [OTHER, "2018", "proactive.total", "total", "gone", "88", "reported", "", ""],
        [OTHER, "2018", "request.received", "total", "changed", "", "blank", "4", "reported"],
    ]
    assert "| reports | 1 | 1 | 0 |" in (second / "CHANGELOG.md").read_text()
    descriptor = json.loads((second / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = (one for one in descriptor["resources"] if one["name"] == "changed_cells")
    report = validate(Resource.from_descriptor(resource, basepath=str(second)))
    assert report.valid
    assert report.task.stats["rows"] == 3


@pytest.mark.slow
def test_the_same_again_has_no_changes(own_url: str, tmp_path: Path) -> None:
    publish(own_url, tmp_path / "first", "1")
    changes = publish(own_url, tmp_path / "second", "1", previous=tmp_path / "first")
    assert changes is not None
    assert not any((*changes.reports.values(), *changes.cells.values()))
    assert (tmp_path / "first" / DATABASE).read_bytes() == (tmp_path / "second" / DATABASE).read_bytes()


@pytest.mark.slow
def test_a_corrected_figure_is_a_change(own_url: str, tmp_path: Path) -> None:
    from warehouse.corrections import put_corrections

    publish(own_url, tmp_path / "first", "1")
    engine = open_warehouse(own_url)
    put_corrections(engine, [])
    engine.dispose()
    publish(own_url, tmp_path / "second", "2", previous=tmp_path / "first")
    rows = (tmp_path / "second" / "changed_cells.csv").read_text().splitlines()
    assert rows[1:] == [f"{OTHER},2019,request.received,total,changed,25,reported,250,reported"]


@pytest.mark.slow
def test_a_release_is_never_changed_nor_made_of_nothing(own_url: str, release: Path, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="a release is never changed"):
        publish(own_url, release)
    with pytest.raises(WarehouseError, match="is no release"):
        publish(own_url, tmp_path / "new", previous=tmp_path)
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / DATABASE).write_text("no database, but a text that is long enough to be looked at")
    with pytest.raises(WarehouseError, match="not the database of a release"):
        publish(own_url, tmp_path / "new", previous=tmp_path / "text")
    with pytest.raises(WarehouseError, match="from a warehouse"):
        publish(f"sqlite:///{release / DATABASE}", tmp_path / "new")
    open_warehouse(f"sqlite:///{tmp_path / 'empty.db'}").dispose()
    with pytest.raises(WarehouseError, match="nothing to publish"):
        publish(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path / "new")
    assert {path.name for path in tmp_path.iterdir() if "new" in path.name} == set()


@pytest.mark.slow
def test_a_killed_publish_leaves_no_half_release(own_url: str, tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from warehouse.release.publish import publish;"
        "publish(sys.argv[1], Path(sys.argv[2]), tell=lambda *_: (print('at work', flush=True), time.sleep(30)))"
    )
    command = [sys.executable, "-c", code, own_url, str(tmp_path / "releases" / "new")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"at work\n"
        process.send_signal(signal.SIGKILL)
    assert not (tmp_path / "releases" / "new").exists()
    publish(own_url, tmp_path / "releases" / "new")
    assert (tmp_path / "releases" / "new" / "SHA256SUMS").is_file()
