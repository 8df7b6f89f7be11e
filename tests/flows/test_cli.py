"""The command line as other programs meet it: what it prints, how it ends, what it loads."""

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from flows.commands.options import FIRST_YEAR
from tests.flows.running import assert_one_line, called, environment, nianbao
from warehouse.engine import open_warehouse
from warehouse.questions import NAMES, question

PORTAL = """
id = "here"
name = "某市人民政府"
region = "330800"
platform = "hanweb"
base_url = "http://127.0.0.1:9"
status = "live"
private = true
columns = [{id = "a", url = "/col/col1/index.html", title = "年报"}]
"""
HEAVY = ("prefect", "sqlalchemy", "requests", "pandas")
# A page as it stands when the connection broke off in the middle of its table.
TRUNCATED = "<html><head><title>某市某局2018年政府信息公开工作年度报告</title></head><body><table><tr><td>指标名"


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    directory = tmp_path / "portals"
    directory.mkdir()
    (directory / "here.toml").write_text(PORTAL, encoding="utf-8")
    return directory


@pytest.fixture
def warehouse(tmp_path: Path) -> str:
    """The URL of a warehouse with tables and no report."""
    url = f"sqlite:///{tmp_path / 'warehouse.db'}"
    open_warehouse(url).dispose()
    return url


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_parse_reads_the_example_document(corpus: Path) -> None:
    done = nianbao("parse", corpus / "quzhou_mzj_2018.txt", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = [json.loads(text) for text in done.stdout.splitlines()]
    report, cells = line["report"], line["observations"]
    assert (report["agency"], report["year"], report["form"]) == ("衢州市民政局", 2018, "2014")
    assert {
        "index_number": "113308000026181032/2019-102271",
        "publisher": "市民政局",
        "composed_on": "2019-03-15",
        "openness": "主动公开",
        "category": "2018年度",
    }.items() <= report["header"].items()
    assert Counter(cell["status"] for cell in cells) == {"reported": 22, "blank": 55}
    assert {cell["value"] for cell in cells if cell["status"] == "blank"} == {None}
    assert 0 not in [cell["value"] for cell in cells]
    assert '"value": 3457,' in done.stdout


def test_parse_prints_a_table_for_people(corpus: Path) -> None:
    done = called("parse", corpus / "quzhou_mzj_2018.txt")
    assert done.returncode == 0
    assert "衢州市民政局, 2018, form 2014" in done.stdout
    row = next(line for line in done.stdout.splitlines() if "主动公开政府信息数" in line)
    assert "3457" in row
    assert "条" in row


def test_parse_reads_standard_input(corpus: Path) -> None:
    done = nianbao("parse", "-", "--json", stdin=(corpus / "quzhou_mzj_2018.txt").read_bytes())
    assert [(line["source"], line["status"]) for line in lines(done.stdout)] == [("-", "report")]


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.html", b""), ("binary.html", bytes(range(256)) * 40), ("absent.html", None)],
)
def test_parse_names_what_it_cannot_read_and_reads_the_rest(tmp_path: Path, name: str, content: bytes | None) -> None:
    bad, other = tmp_path / name, tmp_path / "other.txt"
    other.write_text("某局办公时间的通知", encoding="utf-8")
    if content is not None:
        bad.write_bytes(content)
    done = called("parse", bad, other, "--json")
    assert_one_line(done, 1, str(bad))
    first, second = lines(done.stdout)
    assert (first["source"], first["status"], first["report"]) == (str(bad), "unreadable", None)
    assert second["status"] == "not_report"


def test_parse_takes_a_truncated_page_for_what_is_left_of_it(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(TRUNCATED, encoding="utf-8")
    done = called("parse", page, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert [(line["status"], line["observations"]) for line in lines(done.stdout)] == [("no_table", [])]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["crawl", "--year", str(FIRST_YEAR - 1)], "--year"),
        (["crawl", "--year", "2999"], "--year"),
        (["backfill", "last"], "YEAR"),
        (["backfill"], "YEAR"),
        (["parse"], "FILE"),
        (["query"], "SQL"),
        (["query", "SELECT 1", "--question", "trouble"], "one of the two"),
        (["query", "--question", "weather"], "there are requests"),
        (["query", "SELECT 1", "--timeout", "0"], "--timeout"),
        (["query", "SELECT 1", "--format", "xml"], "xml"),
        (["query", "SELECT 1", "--limit", "0"], "--limit"),
        (["show", "某局"], "YEAR"),
        (["crawls"], "crawls"),
        (["portals", "--colour"], "--colour"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(arguments: list[str], word: str) -> None:
    assert_one_line(called(*arguments), 2, word, "--help")


def test_an_unknown_portal_is_named_beside_those_like_it(registry: Path, tmp_path: Path) -> None:
    done = called("crawl", "heer", "--portals", registry, "--data", tmp_path / "data")
    assert_one_line(done, 1, "heer", "here")
    assert not (tmp_path / "data").exists()


def test_a_crawl_of_nothing_is_not_done(registry: Path, tmp_path: Path) -> None:
    done = called("crawl", "--portals", registry, "--data", tmp_path / "data")
    assert_one_line(done, 1, str(registry), "name one")


@pytest.mark.parametrize("option", ["warehouse", "archive", "data"])
def test_a_place_that_cannot_be_written_is_named(registry: Path, tmp_path: Path, option: str) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file, where a directory is wanted")
    places = {"data": str(tmp_path / "data"), option: str(taken / "inside")}
    if option == "warehouse":
        places[option] = f"sqlite:///{taken}/inside/warehouse.db"
    flags = [part for name, value in places.items() for part in (f"--{name}", value)]
    assert_one_line(called("crawl", "here", "--portals", registry, *flags), 1, str(taken))


def test_a_file_that_is_no_database_is_left_as_it_was(registry: Path, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir or Madam, " * 100)
    place = ("--data", tmp_path / "data", "--warehouse", f"sqlite:///{file}")
    assert_one_line(called("crawl", "here", "--portals", registry, *place), 1, str(file))
    assert file.read_text() == "Dear Sir or Madam, " * 100


def test_a_broken_registry_file_is_named_with_its_key(registry: Path, tmp_path: Path) -> None:
    (registry / "here.toml").write_text(PORTAL + 'colour = "red"\n', encoding="utf-8")
    done = called("portals", "--portals", registry, "--data", tmp_path)
    assert_one_line(done, 1, "here.toml", "colour")


def test_places_may_be_named_before_the_command_after_it_or_by_the_environment(registry: Path, tmp_path: Path) -> None:
    data = ("--data", tmp_path)
    asked = [
        called("--portals", registry, *data, "portals"),
        called("portals", "--portals", registry, *data),
        called("portals", env={"NIANBAO_PORTALS": str(registry), "NIANBAO_DATA": str(tmp_path)}),
        called("--portals", tmp_path / "elsewhere", "portals", "--portals", registry, *data),
    ]
    assert {(done.returncode, done.stdout) for done in asked} == {(0, asked[0].stdout)}
    assert "某市人民政府" in asked[0].stdout


def test_query_answers_as_table_csv_and_json(warehouse: str) -> None:
    sql = "SELECT code, 0.37 AS half, NULL AS empty FROM indicator WHERE code = 'proactive.total'"
    table, comma, objects = (
        called("query", sql, "--format", form, "--warehouse", warehouse) for form in ("table", "csv", "json")
    )
    assert "proactive.total" in table.stdout
    assert list(csv.reader(io.StringIO(comma.stdout))) == [
        ["code", "half", "empty"],
        ["proactive.total", "0.37", ""],
    ]
    assert json.loads(objects.stdout, parse_float=Decimal) == [
        {"code": "proactive.total", "half": Decimal("0.37"), "empty": None}
    ]


def test_query_reads_the_statement_from_standard_input_and_says_when_it_stops(warehouse: str) -> None:
    sql = b"SELECT code FROM indicator ORDER BY code"
    done = called("query", "-", "--format", "csv", "--limit", "2", "--warehouse", warehouse, stdin=sql)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 3)
    assert "more than these 2" in done.stderr


@pytest.mark.parametrize("sql", ["SELEC 1", "DELETE FROM indicator", "DROP TABLE report", "SELECT 1; SELECT 2"])
def test_query_refuses_what_is_no_question(warehouse: str, sql: str) -> None:
    assert_one_line(called("query", sql, "--warehouse", warehouse), 1)


def test_query_lists_its_questions_and_asks_them(warehouse: str) -> None:
    listed = called("query", "--list-questions").stdout
    assert {f"{name}\n  {question(name).title_zh}\n" in listed for name in NAMES} == {True}
    asked = called("query", "--question", "who_asks", "--format", "csv", "--warehouse", warehouse)
    assert (asked.returncode, asked.stdout) == (0, "year,applicant,applicant_zh,applicant_en,requests,share\n")
    assert "Who asks?" in asked.stderr


def test_query_stops_when_its_time_is_over(warehouse: str) -> None:
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
    assert_one_line(called("query", endless, "--timeout", "0.2", "--warehouse", warehouse), 1, "more than 0.2 s")


def test_a_table_that_nobody_set_a_limit_for_is_cut(warehouse: str) -> None:
    many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) SELECT i FROM n"
    done = called("query", many, "--warehouse", warehouse)
    assert "more than these 1000 rows; --limit or --format csv gives more" in done.stderr
    assert len(called("query", many, "--format", "csv", "--warehouse", warehouse).stdout.splitlines()) == 1501
    assert called("query", many, "--format", "json", "--limit", "2", "--warehouse", warehouse).stdout == (
        '[{"i": 1},\n{"i": 2}]\n'
    )


def test_commands_that_read_say_how_to_make_a_warehouse(tmp_path: Path) -> None:
    for command in (["query", "SELECT 1"], ["show", "某局", "2018"]):
        assert_one_line(called(*command, "--data", tmp_path), 1, "nianbao crawl", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_show_names_the_agency_it_does_not_know(warehouse: str) -> None:
    assert_one_line(called("show", "某局", "2018", "--warehouse", warehouse), 1, "某局")


def test_a_password_is_not_printed() -> None:
    done = called("query", "SELECT 1", "--warehouse", "mysql://user:secret@host/database")
    assert_one_line(done, 1, "mysql")
    assert "secret" not in done.stderr


def test_a_mistake_of_ours_is_a_line_and_with_debug_a_traceback(tmp_path: Path) -> None:
    # No registry file is a directory: nobody foresaw this one, and nobody should have to.
    (tmp_path / "nianbao.py").write_text(
        "import flows.cli as c\nc.cli.add_command(c.click.Command('fail', callback=lambda: 1 / 0))\nc.main()\n"
    )
    for flag, traceback in ([], False), (["--debug"], True):
        command: list[str | Path] = [sys.executable, tmp_path / "nianbao.py", *flag, "fail"]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert ("Traceback" in done.stderr) is traceback
        assert "ZeroDivisionError" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--help"], set()),
        (["parse", "-"], set()),
        (["portals"], {"sqlalchemy"}),
        (["query", "SELECT 1"], {"sqlalchemy"}),
        (["show", "某局", "2018"], {"sqlalchemy"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_loads_only_what_it_needs(
    tmp_path: Path, registry: Path, arguments: list[str], allowed: set[str]
) -> None:
    program = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print(*[n for n in {HEAVY} if n in sys.modules], file=sys.stderr))\n"
        "from flows.cli import main\n"
        "main()\n"
    )
    command: list[str | Path] = [sys.executable, "-c", program, "--data", tmp_path, "--portals", registry, *arguments]
    done = subprocess.run(command, env=environment(), input=b"", capture_output=True, check=False)
    assert set(done.stderr.decode().splitlines()[-1].split()) <= allowed


def test_migrate_goes_to_a_layout_and_back(warehouse: str) -> None:
    down = called("migrate", "--to", "0001", "--warehouse", warehouse)
    assert (down.returncode, down.stdout) == (0, "layout 0004 is now layout 0001\n")
    assert_one_line(called("show", "某局", "2018", "--warehouse", warehouse), 1, "nianbao migrate")
    up = called("migrate", "--warehouse", warehouse)
    assert (up.returncode, up.stdout) == (0, "layout 0001 is now layout 0004\n")
    assert called("migrate", "--warehouse", warehouse).stdout == "layout 0004, as it was\n"


def test_migrate_makes_no_warehouse(tmp_path: Path) -> None:
    assert_one_line(called("migrate", "--warehouse", f"sqlite:///{tmp_path}/none.db"), 1, "there is no warehouse")
    assert list(tmp_path.iterdir()) == []
