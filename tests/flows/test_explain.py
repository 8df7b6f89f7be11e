"""`nianbao explain` as a person meets it who doubts a number."""

import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.flows.running import assert_one_line, called, environment
from tests.flows.test_cli import HEAVY
from tests.golden.pages import OWN, SITES, name_of

EXAMPLES = OWN / "example"
LIST = SITES / "sample-jpaas/www/col/col1229561001/art/2019/art_bf497b48e0256687c2450252b297b4ec.html"


def explain(*arguments: str | Path) -> str:
    done = called("explain", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def line_with(text: str, *words: str) -> str:
    """The one line that has all the words, its blanks narrowed."""
    (line,) = [line for line in text.splitlines() if all(word in line for word in words)]
    return " ".join(line.split())


def after(text: str, line: str, count: int = 8) -> list[str]:
    """The lines that follow the one beginning so, blanks narrowed."""
    lines = [" ".join(each.split()) for each in text.splitlines()]
    start = next(n for n, each in enumerate(lines) if each.startswith(line))
    return lines[start + 1 : start + 1 + count]


def test_a_list_tells_of_each_row_its_place_indicator_and_cell() -> None:
    text = explain(LIST)
    assert (
        line_with(text, "proactive.channel.weibo")
        == "9:3 3.政务微博公开政府信息数 1 proactive.channel.weibo 116 prose_differs"
    )
    assert line_with(text, "request.fees", "·").startswith("74:3 七、依申请公开信息收取的费用 7")
    assert line_with(text, "一、主动公开情况") == "2 一、主动公开情况 | —— | 1 heading"


def test_identity_keeps_every_source_and_which_one_decided() -> None:
    text = explain(LIST)
    assert "year: 2018" in text
    assert [" ".join(line.split()) for line in text.splitlines() if "(decided)" in line] == [
        "title: 衢州市民政局 (decided)",
        "period: 2018 (decided)",
    ]
    assert "publication: 2018" in text
    assert "publisher: 市民政局" in text
    assert "credit code: 113308000026181032" in text
    assert "region: 330800 浙江省衢州市" in text
    assert "index_number: 113308000026181032/2019-102271" in text


def test_a_matrix_tells_of_each_column_whose_it_is() -> None:
    text = explain(EXAMPLES / "jyj_2019.html")
    assert "4 natural_person; 5 org.business" in " ".join(text.split())
    assert line_with(text, "一、本年新收政府信息公开申请数量") == "4 一、本年新收政府信息公开申请数量 3 23 3 0 0 1 0 27"
    assert after(text, "4 一、本年新收", 1) == ["request.received"]
    assert line_with(text, " review.upheld") == "4:1 行政复议/结果维持 4 review.upheld 2"


def test_what_is_not_spelt_as_printed_stands_beside_what_is_printed() -> None:
    text = explain(EXAMPLES / "nyj_2021.html")
    assert line_with(text, "251000元", "→").endswith("251000元 → 25.1 万元")
    assert "unit_converted" in text
    assert "→ -3 项" in explain(EXAMPLES / "mzj_2019.html")


def test_cells_that_cannot_be_told_apart_are_shown_as_they_stand() -> None:
    text = explain(EXAMPLES / "jtj_2021.txt")
    assert line_with(text, "request.received", "no number").endswith("3 request.received 173001021 ? no number")
    assert text.count("for 7 columns") == len(("request.received", "request.outcome.granted"))
    assert "several cells are run together" in text


@pytest.mark.parametrize(("which", "local", "taken"), [("all", 2, 1), ("skipped", 2, 0), ("taken", 0, 1)])
def test_rows_may_be_only_those_taken_or_only_the_others(which: str, local: int, taken: int) -> None:
    text = explain(EXAMPLES / "tyj_2022.html", "--rows", which)
    assert text.count("on no form") == local
    assert text.count("penalty.decisions") == taken


def test_a_rule_that_fails_shows_the_figures_it_fails_on() -> None:
    text = explain(EXAMPLES / "ajj_2022.html")
    figures = after(text, "FAILS request_balance [natural_person] (error)", 7)
    assert [line.split(" ")[:3] for line in figures if line.startswith(("left", "right"))] == [
        ["left", "9", "request.received[natural_person]"],
        ["left", "·", "request.carried_in[natural_person]"],
        ["right", "8", "request.concluded[natural_person]"],
        ["right", "·", "request.carried_out[natural_person]"],
    ]
    assert "so 9 ≠ 8" in figures


def test_a_rule_that_cannot_be_evaluated_says_for_want_of_what() -> None:
    blank = after(explain(EXAMPLES / "ajj_2022.html"), "not evaluated: review_sum", 1)
    assert blank[0].startswith("blank: review.total, review.upheld")
    unprinted = after(explain(EXAMPLES / "daj_2020.html"), "not evaluated: review_sum", 1)
    assert unprinted[0].startswith("not printed: review.total")
    unread = after(explain(EXAMPLES / "jtj_2021.txt"), "not evaluated: request_balance", 1)
    assert unread[0].startswith("not read as numbers: request.received[natural_person]")


def test_one_table_may_be_asked_for() -> None:
    text = explain(EXAMPLES / "jyj_2019.html", "--table", "4")
    assert "review.upheld" in text
    assert "request.received" not in text
    assert "identity" not in text
    assert "索引号 | SL20190001/2020-00017" in explain(EXAMPLES / "jyj_2019.html", "--table", "1")


def test_a_table_that_is_not_there_is_named() -> None:
    assert_one_line(called("explain", EXAMPLES / "jyj_2019.html", "--table", "9"), 1, "jyj_2019.html", "no table 9")


def test_what_cannot_be_read_is_a_line_and_the_rest_is_explained(tmp_path: Path) -> None:
    empty = tmp_path / "empty.html"
    empty.write_bytes(b"")
    done = called("explain", tmp_path / "absent.html", empty, LIST)
    assert done.returncode == 1
    assert [line.count("absent.html") + 2 * line.count("empty.html") for line in done.stderr.splitlines()] == [1, 2]
    assert "proactive.total" in done.stdout


def test_a_page_that_is_no_report_is_explained_by_its_reason(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("某局办公时间的通知", encoding="utf-8")
    assert f"{page}: not_report: " in explain(page)


@pytest.mark.parametrize("page", [LIST, *sorted(EXAMPLES.glob("*[!n]"))], ids=name_of)
@pytest.mark.parametrize("width", [80, 100])
def test_no_line_is_wider_than_asked(page: Path, width: int) -> None:
    assert max(map(cell_len, explain(page, "--width", str(width)).splitlines())) <= width


def test_it_is_plain_where_nobody_looks() -> None:
    text = explain(LIST)
    assert "\x1b" not in text
    assert max(map(cell_len, text.splitlines())) <= 100


@pytest.mark.slow
def test_it_loads_neither_flow_nor_database_nor_session() -> None:
    program = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print('heavy:', *[n for n in {HEAVY} if n in sys.modules]))\n"
        "from flows.cli import main\n"
        "main()\n"
    )
    command: list[str | Path] = [sys.executable, "-c", program, "explain", "-"]
    done = subprocess.run(command, env=environment(), input=LIST.read_bytes(), capture_output=True, check=True)
    text = done.stdout.decode()
    assert "proactive.total" in text
    assert text.splitlines()[-1] == "heavy:"
