"""Opening a warehouse: what it brings along, and what it says when it cannot."""

import re
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, func, select, text, update
from sqlalchemy.exc import OperationalError

from schema.catalog import catalog
from tests.warehouse.content import content
from warehouse import tables
from warehouse.engine import open_warehouse, writing
from warehouse.errors import WarehouseError, said_by_database


def _refusal(url: str, *, create: bool = True) -> str:
    with pytest.raises(WarehouseError) as error:
        open_warehouse(url, create=create)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_new_warehouse_has_the_lists_of_the_schema(warehouse_url):
    lists = catalog()
    with open_warehouse(warehouse_url).connect() as connection:
        for table, expected in [
            (tables.indicator, len(lists.indicators)),
            (tables.form, len(lists.forms)),
            (tables.form_row, sum(len(form.rows) for form in lists.forms.values())),
        ]:
            assert connection.scalar(select(func.count()).select_from(table)) == expected


def test_opening_again_brings_the_lists_up_to_date_and_changes_nothing_else(warehouse_url):
    engine = open_warehouse(warehouse_url)
    fresh = content(engine)
    with writing(engine) as connection:
        connection.execute(update(tables.indicator).where(tables.indicator.c.unit == "item").values(label_zh="旧"))
        connection.execute(delete(tables.form_row).where(tables.form_row.c.section == "2"))
    assert content(engine) != fresh
    assert content(open_warehouse(warehouse_url)) == fresh


def test_two_processes_may_make_a_warehouse_at_once(warehouse_url):
    with ThreadPoolExecutor(4) as pool:
        engines = list(pool.map(open_warehouse, [warehouse_url] * 4))
    assert len({tuple(content(engine)) for engine in engines}) == 1


def test_the_directory_is_made(tmp_path):
    open_warehouse(f"sqlite:///{tmp_path}/a/b/warehouse.db")
    assert (tmp_path / "a/b/warehouse.db").is_file()


def test_no_directory_can_be_made_below_a_file(tmp_path):
    (tmp_path / "file").touch()
    assert "--warehouse" in _refusal(f"sqlite:///{tmp_path}/file/warehouse.db")


def test_a_directory_is_no_warehouse(tmp_path):
    assert "Is a directory" in _refusal(f"sqlite:///{tmp_path}")


def test_a_directory_without_permission():
    code = """
import os, sys
from warehouse.engine import open_warehouse, WarehouseError
if os.geteuid() == 0: os.setuid(65534)  # root may write anywhere
try: open_warehouse(f"sqlite:///{sys.argv[1]}/warehouse.db")
except WarehouseError as error: print(error)
"""
    with tempfile.TemporaryDirectory() as closed:
        Path(closed).chmod(0o555)
        said = subprocess.run([sys.executable, "-c", code, closed], capture_output=True, text=True)
    assert re.fullmatch(r".*Permission denied.*--warehouse\n", said.stdout), said.stderr


def test_a_file_that_is_no_database(tmp_path):
    file = tmp_path / "warehouse.db"
    file.write_text("年报" * 1000, encoding="utf-8")
    assert "not a database" in _refusal(f"sqlite:///{file}")
    assert file.read_text(encoding="utf-8") == "年报" * 1000


@pytest.mark.parametrize(
    "url", ["", "warehouse.db", "oracle://u@h/d", "mysql://u@h/d", "sqlite://", "sqlite:///:memory:"]
)
def test_other_urls_are_refused_with_the_ones_that_would_do(url):
    assert "sqlite:///" in _refusal(url)


def test_a_password_is_never_printed():
    assert "secret" not in _refusal("mysql://me:secret@host/db")
    assert "secret" not in _refusal(f"postgresql://me:secret@127.0.0.1:{_closed_port()}/db")


def test_a_server_that_is_not_there():
    assert "refused" in _refusal(f"postgresql://127.0.0.1:{_closed_port()}/nianbao")


def test_a_full_disk_is_said_in_one_line(tmp_path):
    engine = open_warehouse(f"sqlite:///{tmp_path}/warehouse.db")
    with pytest.raises(WarehouseError, match=r"warehouse\.db: database or disk is full$"):
        _overfill(engine)


def _overfill(engine):
    with writing(engine) as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))  # it comes to what the file has by now
        connection.execute(text("CREATE TABLE large AS SELECT zeroblob(1000000)"))


def test_a_missing_driver_is_named():
    code = """
import sys
sys.modules["psycopg"] = None
from warehouse.engine import open_warehouse, WarehouseError
try: open_warehouse("postgresql://127.0.0.1:1/nianbao")
except WarehouseError as error: print(error)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert re.fullmatch(r".*driver.*\[postgres\].*\n", said.stdout), said.stderr


def test_nothing_is_made_where_nothing_is_to_be_made(tmp_path, warehouse_url):
    missing = tmp_path / "no" / "warehouse.db"
    assert "nianbao crawl" in _refusal(f"sqlite:///{missing}", create=False)
    assert not missing.parent.exists()
    if warehouse_url.startswith("sqlite"):
        Path(warehouse_url.removeprefix("sqlite:///")).touch()
    assert "is no warehouse" in _refusal(warehouse_url, create=False)
    open_warehouse(warehouse_url)
    assert content(open_warehouse(warehouse_url, create=False))


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_database_that_went_away_in_the_middle_is_told_in_one_line(tmp_path: Path) -> None:
    away = create_engine(f"postgresql+psycopg://nianbao:secret@/x?host={tmp_path / 'gone'}")
    with pytest.raises(OperationalError) as raised:
        away.connect()
    said = said_by_database(raised.value)
    assert "the same command goes on" in said
    assert len(said.splitlines()) == 1
    assert "secret" not in said
    assert str(tmp_path) not in said
    assert said_by_database(ValueError("anything else")) == ""
