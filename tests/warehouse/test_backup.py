"""A backup makes the same warehouse again, on the same engine and on the other."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from schema.records import Finding, LocalRow, Place, Severity
from tests.warehouse.build import PORTALS, observation, reading, report, visit
from tests.warehouse.content import content
from warehouse import tables
from warehouse.archive import ArchivePlace
from warehouse.backup import back_up, restore
from warehouse.engine import Engine, migrate_warehouse, open_warehouse
from warehouse.errors import WarehouseError
from warehouse.leases import lease
from warehouse.ledger import finish_run, register_portals, start_run
from warehouse.load import store
from warehouse.portal_runs import PortalRun, put_portal_run
from warehouse.query import run_query

ODD = "tab\t line\n 反斜\\杠 \\N \r 'quote' \"\" \u2028 ﷐"


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Reports, a revision, a local row with every odd character, a finding, a run that is over and one that is not."""
    run = start_run(engine, command="crawl", portals=["quzhou"], years=[])
    cells = (observation(), observation("procurement.amount", "0.37", unit="元", place=Place(2, 1, 4)))
    told = Finding("sum", Severity.ERROR, ODD, (("proactive.total", "total"),))
    rows = (LocalRow(ODD, ("1", "", ODD), Place(1, 9, 2)),)
    store(engine, visit(run.id, reading(report(observations=cells, local_rows=rows), findings=(told,))))
    store(engine, visit(run.id, reading(report({"proactive.total": "3458"})), day=1))
    put_portal_run(engine, PortalRun(run.id, "quzhou", 3, 2, 5, 2**40, 9, "x"))
    finish_run(engine, run.id, status="done")
    start_run(engine, command="backfill", portals=["quzhou"], years=[2018])
    assert lease(engine, run.id, ["www.qz.gov.cn"]) is None
    return engine


@pytest.fixture
def place(tmp_path: Path) -> ArchivePlace:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive/a.warc.gz").write_bytes(b"12345")
    (tmp_path / "archive/b.warc.gz").write_bytes(b"123")
    (tmp_path / "archive/c.warc.gz.open").write_bytes(b"123")
    return ArchivePlace(tmp_path / "archive")


def every_row(engine: Engine) -> dict[str, Any]:
    """All that the tables hold, as Python sees it, but for what a backup leaves out."""
    left = {"info", "host_lease"}
    with engine.connect() as connection:
        rows = {
            t.name: connection.execute(select(t)).all() for t in tables.metadata.sorted_tables if t.name not in left
        }
    return {name: sorted(map(repr, told)) for name, told in rows.items()}


@pytest.mark.parametrize("target", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_every_row_comes_back_on_either_engine(
    filled: Engine, url: str, place: ArchivePlace, target: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "backup.zip"
    told = back_up(url, place, file)
    assert told.files == {"a.warc.gz": 5, "b.warc.gz": 3}
    assert told.rows["observation"] == 3
    new = f"sqlite:///{tmp_path / 'new/w.db'}"
    other = new if target == "sqlite" else request.getfixturevalue("postgresql").new_database()
    back = restore(file, other, place)
    assert (back.rows, back.missing, back.layout) == (told.rows, (), told.layout)
    restored = open_warehouse(other, create=False)
    assert every_row(restored) == every_row(filled)
    assert content(restored) == content(filled)
    assert (
        run_query(other, "SELECT COUNT(*) FROM observations").rows
        == run_query(url, "SELECT COUNT(*) FROM observations").rows
    )
    # Life goes on: the next rows get new numbers.
    run = start_run(restored, command="crawl", portals=["quzhou"], years=[])
    store(restored, visit(run.id, reading(report({"proactive.total": "9"})), day=2))
    with restored.connect() as connection:
        assert connection.execute(select(func.count()).select_from(tables.report)).scalar_one() == 3
    restored.dispose()


@pytest.mark.slow
def test_a_backup_from_before_a_migration_is_brought_up(tmp_path: Path, place: ArchivePlace) -> None:
    engine = open_warehouse(f"sqlite:///{tmp_path / 'old.db'}")
    register_portals(engine, PORTALS)
    run = start_run(engine, command="crawl", portals=["quzhou"], years=[])
    store(engine, visit(run.id, reading(report({"proactive.total": "3458"}))))
    back_up(str(engine.url), place, tmp_path / "new.zip")
    # What an earlier version wrote: the tables that it had, and its layout.
    with zipfile.ZipFile(tmp_path / "new.zip") as source, zipfile.ZipFile(tmp_path / "old.zip", "w") as into:
        for name in source.namelist():
            into.writestr(name, earlier(source, name))
    restore(tmp_path / "old.zip", f"sqlite:///{tmp_path / 'restored.db'}", place)
    restored = open_warehouse(f"sqlite:///{tmp_path / 'restored.db'}", create=False)
    assert content(restored) == content(engine)
    with restored.connect() as connection:
        assert connection.execute(select(tables.run.c.alive_at)).all() == [(None,)]
    assert migrate_warehouse(restored, "head")[0] == migrate_warehouse(engine, "head")[0]
    restored.dispose()
    engine.dispose()


def earlier(source: zipfile.ZipFile, name: str) -> bytes:
    import json

    data = source.read(name)
    if name == "tables/run":
        return b"".join(cut(line, 9) for line in data.splitlines(keepends=True))
    if name != "manifest.json":
        return data
    told = json.loads(data)
    told["layout"] = "0002"
    assert told["tables"]["run"]["columns"].pop(9) == "alive_at"
    del told["tables"]["portal_run"]
    return json.dumps(told).encode()


def cut(line: bytes, field: int) -> bytes:
    fields = line.split(b"\t")
    return b"\t".join([*fields[:field], *fields[field + 1 :]])


def test_it_says_what_the_archive_lacks(filled: Engine, url: str, place: ArchivePlace, tmp_path: Path) -> None:
    back_up(url, place, tmp_path / "backup.zip")
    (place.folder / "a.warc.gz").write_bytes(b"1234")
    (place.folder / "b.warc.gz").unlink()
    back = restore(tmp_path / "backup.zip", f"sqlite:///{tmp_path / 'new.db'}", place)
    assert back.missing == ("a.warc.gz", "b.warc.gz")


def test_nothing_is_written_over(filled: Engine, url: str, place: ArchivePlace, tmp_path: Path) -> None:
    back_up(url, place, tmp_path / "backup.zip")
    before = every_row(filled)
    with pytest.raises(WarehouseError, match="already"):
        restore(tmp_path / "backup.zip", url, place)
    assert every_row(filled) == before


@pytest.mark.parametrize("harm", ["cut", "flip", "absent", "other"])
def test_a_file_that_is_no_whole_backup_leaves_no_tables(
    engine: Engine, url: str, place: ArchivePlace, tmp_path: Path, harm: str
) -> None:
    file, new = tmp_path / "backup.zip", f"sqlite:///{tmp_path / 'new.db'}"
    back_up(url, place, file)
    data = bytearray(file.read_bytes())
    if harm == "cut":
        data = data[: len(data) // 2]
    elif harm == "flip":
        data[len(data) // 2] ^= 255
    file.write_bytes(b"PK no zip" if harm == "other" else data)
    if harm == "absent":
        file.unlink()
    with pytest.raises(WarehouseError):
        restore(file, new, place)
    with pytest.raises(WarehouseError):
        open_warehouse(new, create=False)


def test_a_backup_is_of_one_moment(filled: Engine, url: str, place: ArchivePlace, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """What is loaded while it is written is in none of its tables."""
    from warehouse import backup

    before, real = every_row(filled), backup.copy_out

    def slow(connection: Any, table: Any, out: Any) -> int:
        if table.name == "report":
            run = start_run(filled, command="later", portals=["quzhou"], years=[])
            store(filled, visit(run.id, reading(report({"proactive.total": "77"})), day=5))
        return real(connection, table, out)

    monkeypatch.setattr(backup, "copy_out", slow)
    back_up(url, place, tmp_path / "backup.zip")
    restore(tmp_path / "backup.zip", f"sqlite:///{tmp_path / 'new.db'}", place)
    restored = open_warehouse(f"sqlite:///{tmp_path / 'new.db'}", create=False)
    assert every_row(restored) == before
    restored.dispose()
