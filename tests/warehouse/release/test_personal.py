"""No name and no telephone number gets into a release, wherever it stood on a page. All are made up."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import select

from schema.catalog import catalog
from schema.labels import bare, fold
from schema.records import (
    TOTAL,
    Finding,
    Link,
    LocalRow,
    Outcome,
    Place,
    Reading,
    ReadingStatus,
    Report,
    Severity,
    Status,
)
from tests.warehouse.build import AGENCY, PORTALS, failed, observation, reading
from tests.warehouse.conftest import KINDS
from tests.warehouse.filled import finish, of, read_at
from tests.warehouse.release.contents import everything_in
from warehouse.corrections import put_corrections
from warehouse.corrections_file import Correction
from warehouse.engine import Engine, open_warehouse
from warehouse.ledger import register_portals, start_run
from warehouse.load import store
from warehouse.query import run_query
from warehouse.release.personal import WITHHELD, keeps_label, keeps_message, keeps_text, keeps_value
from warehouse.release.publish import DATABASE, publish
from warehouse.results import Expect
from warehouse.tables import metadata

# One for each place, so that each place proves itself.
IN_LOCAL_LABEL, IN_LOCAL_CELL, LANDLINE = "甲示例", "乙示例", "0570-3081234"
IN_LABEL, IN_REMARK, IN_TEXT, IN_UNIT = "丙示例", "丁示例", "戊示例", "己示例"
IN_TITLE, AS_PUBLISHER, AS_AUTHOR, IN_INDEX = "庚示例", "辛示例", "壬示例", "0570-3085678"
IN_FINDING, IN_CORRECTION, IN_DETAIL, IN_REASON = "癸示例", "子示例", "丑示例", "寅示例"
IN_LINK, BEFORE_AUTHOR = "未示例", "申示例"
MOBILE, LOCAL_NUMBER, WITHOUT_ZERO, IN_DATE = "13800138000", "3089012", "5703083456", "卯示例"
BEFORE_TITLE, BEFORE_TEXT, BEFORE_ROW, BEFORE_NUMBER = "辰示例", "巳示例", "午示例", "13900139000"
SECRETS = [value for name, value in list(globals().items()) if name.startswith(("IN_", "AS_", "BEFORE_"))]
SECRETS += [LANDLINE, MOBILE, LOCAL_NUMBER, WITHOUT_ZERO]


SIGNED = ("审核人", IN_LOCAL_CELL, "联系电话", LANDLINE, "填报日期", "2019年3月15日")


def before() -> Report:
    return of(
        AGENCY,
        2018,
        [],
        title=f"年度报告（{BEFORE_TITLE}）",
        header={"author": BEFORE_AUTHOR},
        observations=(
            observation("proactive.total", None, status=Status.TEXT, raw=BEFORE_TEXT),
            observation("request.received", BEFORE_NUMBER),
        ),
        local_rows=(LocalRow("审核人", (BEFORE_ROW,), Place(1, 9, 1)),),
    )


def now() -> Report:
    """A report whose signatures have got everywhere."""
    return of(
        AGENCY,
        2018,
        [],
        title=f"年度报告（{IN_TITLE}）",
        header={"publisher": AS_PUBLISHER, "author": AS_AUTHOR, "index_number": IN_INDEX, "published_on": IN_DATE},
        observations=(
            observation("proactive.total", "3", label=f"主动公开政府信息数（联系人：{IN_LABEL}）"),
            observation("request.received", "4", raw=f"4({IN_REMARK})", label="收到申请数"),
            observation("complaints.total", None, status=Status.TEXT, raw=IN_TEXT, label="举报投诉数量"),
            observation("capacity.staff", "5", unit=IN_UNIT),
            observation("capacity.offices", MOBILE),
            observation("capacity.reading_points", WITHOUT_ZERO),
            observation("request.concluded", None, status=Status.TEXT, raw=LOCAL_NUMBER),
            observation("request.replied", None, status=Status.TEXT, raw=IN_CORRECTION),
        ),
        local_rows=(LocalRow(f"单位负责人{IN_LOCAL_LABEL}", SIGNED, Place(1, 9, 1)),),
    )


@pytest.fixture(scope="module", params=KINDS)
def release(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of a warehouse that has every one of these names and numbers."""
    folder = tmp_path_factory.mktemp("personal")
    is_file = request.param == "sqlite"
    url = f"sqlite:///{folder / 'w.db'}" if is_file else request.getfixturevalue("postgresql").new_database()
    engine = open_warehouse(url)
    _fill(engine)
    publish(url, folder / "release")
    engine.dispose()
    return folder / "release"


def _fill(engine: Engine) -> None:
    register_portals(engine, PORTALS)
    run_id = start_run(engine, command="crawl", portals=[], years=[]).id
    said = (
        Finding("value_unclear", Severity.WARNING, f"the cell «{IN_FINDING}» is not read as a number"),
        Finding("normative_within_total", Severity.ERROR, f"a sum: {MOBILE} > 3"),
    )
    for day, report in enumerate((before(), now())):
        store(engine, replace(read_at(run_id, report, 1, day, 10 + day), reading=reading(report, findings=said)))
    store(engine, failed(run_id, Outcome.NOT_FOUND, "http://www.qz.gov.cn/2.html", IN_DETAIL))
    unread = replace(read_at(run_id, now(), 3), reading=Reading(ReadingStatus.NO_TABLE, reason=f"only {IN_REASON}"))
    link = Link("http://www.qz.gov.cn/art/3.html", f"{AGENCY}2020年年度报告（{IN_LINK}）", "c1", agency=AGENCY)
    store(engine, replace(unread, link=link, year=2020))
    right = Correction(AGENCY, 2018, "request.replied", TOTAL, IN_CORRECTION, Decimal(2), "by hand", Expect.PRINTED)
    put_corrections(engine, [right])
    finish(engine, run_id)
    warehouse = all_of(engine)
    assert [secret for secret in SECRETS if secret not in warehouse] == []


def all_of(engine: Engine) -> str:
    with engine.connect() as connection:
        return str([connection.execute(select(table)).all() for table in metadata.sorted_tables])


def test_nothing_personal_gets_out(release: Path) -> None:
    published = everything_in(release)
    assert AGENCY in published
    assert "request.received" in published
    assert [secret for secret in SECRETS if secret in published] == []
    assert "示例" not in published
    assert not [number for number in ("13800138", "13900139", "3081234", "570308") if number in published]


def test_what_is_withheld_is_marked_and_counted(release: Path) -> None:
    url = f"sqlite:///{release / DATABASE}"
    cells = {row[0]: row[1:] for row in run_query(url, "SELECT indicator, raw, status, value FROM observations").rows}
    assert cells["proactive.total"] == ("3", "reported", 3)
    assert cells["request.received"] == (WITHHELD, "reported", 4)
    assert cells["complaints.total"] == (WITHHELD, "text", None)
    assert cells["capacity.offices"] == cells["capacity.reading_points"] == (WITHHELD, "text", None)
    assert cells["request.replied"] == (WITHHELD, "reported", 2)
    changed = run_query(url, "SELECT what, from_raw, to_raw FROM revisions WHERE indicator IS NULL ORDER BY 1").rows
    assert changed == tuple((what, WITHHELD, WITHHELD) for what in ("header", "local rows", "title"))
    missing = run_query(url, "SELECT year, status, evidence FROM coverage WHERE year = 2020").rows
    assert missing == ((2020, "table_missing", "no_table"),)
    withheld, labels = run_query(url, "SELECT withheld, withheld_labels FROM release").rows[0]
    assert (withheld, labels) == (6 + 8 + 6, 6)  # cells, changed cells, and the three other changes
    assert f"`{WITHHELD}` ({withheld} cells)" in (release / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["", "0", "12", "6,865", "0.37万元", "-2", "+3", "减3", "约 20", "3万余条", "１２", "条", "元"]
)
def test_the_text_of_a_number_stays(text: str) -> None:
    assert keeps_text(text, Status.REPORTED)
    assert keeps_text(text, Status.TEXT)


@pytest.mark.parametrize("text", ["—", "/", "无", "－－", "…", " "])
def test_the_want_of_a_number_stays(text: str) -> None:
    assert keeps_text(text, Status.DASH)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "张示例",
            "3(张示例)",
            "0570-3081234",
            "05703081234",
            "3081234",
            "308 1234",
            "８５０２１２３４",
            "13800138000",
        ),
        *("填报人", "联系电话：", "2019年3月15日", "万人余", "个人", "a@example.org", "3/2"),
    ],
)
def test_a_text_that_could_be_personal_goes(text: str) -> None:
    assert not keeps_text(text, Status.TEXT)


def test_numbers_that_could_be_called_go() -> None:
    assert keeps_value(None, money=False)
    assert keeps_value(3_081_234, money=False)
    assert keeps_value(-12.5, money=False)
    assert keeps_value(251_000_000_000, money=True)
    assert not keeps_value(13_800_138_000, money=False)
    assert not keeps_value(13_800_138_000.0, money=True)
    assert not keeps_value(5_703_081_234, money=False)


def test_every_label_of_every_form_stays() -> None:
    for form in catalog().forms.values():
        for row in form.rows:
            for name in (row.label_zh, *row.aliases):
                column = f" / {row.column}" if row.column else ""
                assert keeps_label(f"{row.number}{name}{row.remark}{column}"), (form.name, name)
                assert not keeps_label(f"{row.number}{name}（张示例）{column}")
                assert not keeps_label(f"{name}张示例{column}")


@given(st.text(alphabet="张王李示例0123456789-（）()：: 人电话联系填报一二1.、", min_size=1))
def test_no_label_stays_that_no_form_prints(text: str) -> None:
    printed = {fold(name) for form in catalog().forms.values() for row in form.rows for name in row.names}
    assume(bare(fold(text)) not in printed)
    assert not keeps_label(f"收到申请数{text}") or not re.search("[张王李示例电话联系填报]|[0-9]{3}", text)


def test_only_our_own_words_stay() -> None:
    assert keeps_message("table_copied", "all 12 figures other than 0 are those of the report for 2018")
    assert not keeps_message("value_unclear", "the cell «张示例» is not read as a number")
    assert not keeps_message("normative_within_total", "13800138000 > 3")
