"""What the views say of the small country of `tests.warehouse.country`, on both engines."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import inspect, text

from schema.catalog import catalog
from tests.warehouse.build import reading, report, visit
from tests.warehouse.country import ABSENT, BUREAU, GOVERNMENT, HOST, OF_2018, OF_2019, SCHOOLS, STREET
from warehouse.engine import open_warehouse, writing
from warehouse.load import store
from warehouse.query import run_query
from warehouse.views import VIEWS, describe_view, drop_views, put_views

OF_BUREAU = f"agency = '{BUREAU}'"


def _ask(url: str, sql: str) -> list[tuple[Any, ...]]:
    return list(run_query(url, sql).rows)


@pytest.mark.parametrize("view", VIEWS)
def test_every_column_is_described_and_no_other(country, view):
    columns = run_query(country, f"SELECT * FROM {view}", 1).columns
    assert tuple(describe_view(view).columns) == columns
    assert all(meaning.strip() for meaning in [describe_view(view).meaning, *describe_view(view).columns.values()])


def test_observations_have_the_words_of_analysts(country):
    sql = f"SELECT * FROM observations WHERE {OF_BUREAU} AND year = 2021 AND indicator = 'request.received'"
    answer = run_query(country, sql + " AND applicant = 'total'")
    row = dict(zip(answer.columns, answer.rows[0], strict=True))
    assert (row["value"], row["read_value"], row["raw"], bool(row["is_corrected"])) == (9, 900, "900", True)
    assert (row["label_zh"], row["label_en"][:8], row["applicant_zh"]) == (
        "本年新收政府信息公开申请数量",
        "Requests",
        "总计",
    )
    assert (row["unit"], row["unit_zh"], row["status"], row["form"]) == ("request", "件", "reported", "2021")
    assert (row["level"], row["sector"], row["sector_zh"]) == ("prefecture", "civil_affairs", "民政")
    assert (row["region"], row["region_name"], row["portal"]) == ("330800", "衢州市", "quzhou")
    assert (row["grid"], row["grid_column"], row["printed_label"]) == (1, 3, f"row {row['grid_row']}")


def test_a_blank_has_a_status_and_no_value(country):
    sql = "SELECT DISTINCT status, value, raw FROM observations WHERE indicator = 'request.concluded' AND year = 2018"
    assert _ask(country, sql) == [("blank", None, "")]
    sql = f"SELECT status, value, raw FROM observations WHERE {OF_BUREAU} AND year = 2021 AND raw = '无'"
    assert _ask(country, sql) == [("text", None, "无")]


def test_the_panel_has_a_row_for_each_cell_of_the_form(country):
    sql = f"SELECT year, indicator, status, value FROM panel WHERE {OF_BUREAU}"
    rows = _ask(country, sql)
    forms = {2018: "2014", 2019: "2019", 2020: "2019", 2021: "2021"}
    wanted = {(year, code) for year, form in forms.items() for code in catalog().forms[form].indicators()}
    assert len(rows) == len(wanted)
    assert {row[:2] for row in rows} == wanted
    absent = {row for row in rows if row[2] == "absent"}
    assert absent == {(2019, ABSENT, "absent", None), (2020, ABSENT, "absent", None)}
    reported = {(code, value) for year, code, status, value in rows if year == 2018 and status == "reported"}
    assert reported == {(code, Decimal(figure)) for code, figure in OF_2018.items()}


def test_the_panel_marks_where_a_form_compares_only_closely(country):
    sql = f"SELECT year, comparability, break_before FROM panel WHERE {OF_BUREAU} AND indicator = '{{}}' ORDER BY year"
    marks = [(2018, "close", False), (2019, "exact", True), (2020, "exact", False), (2021, "exact", False)]
    assert [(y, c, bool(b)) for y, c, b in _ask(country, sql.format("request.received"))] == marks
    later = [(y, bool(b)) for y, _, b in _ask(country, sql.format("licensing.decisions"))]
    assert later == [(2019, False), (2020, False), (2021, True)], "the first year is no break: nothing goes before it"


SERIES = {
    # a number of its own; the sum over applicants for a total left blank; the mended one
    "requests_received": [(10, "reported"), (7, "derived"), (7, "derived"), (9, "reported")],
    # the third alternative, which is a sum; reported later
    "requests_concluded": [(10, "derived"), (7, "reported"), (7, "reported"), (10, "reported")],
    # blanks count nothing beside numbers; a sum of blanks is none
    "denied_core": [(2, "derived"), (1, "derived"), (1, "derived"), (None, None)],
    # text is no number
    "granted_or_public": [(5, "derived"), (3, "reported"), (3, "reported"), (None, None)],
    # the denominator is blank; 4 / 7; text in the numerator
    "rate_disclosed": [(None, None), (4 / 7, "derived"), (4 / 7, "derived"), (None, None)],
    "rate_disclosed_substantive": [(6 / 8, "derived"), (4 / 5, "derived"), (4 / 5, "derived"), (None, None)],
    # nothing to give before 2019
    "not_processed": [(None, None), (None, None), (3, "derived")],
}


@pytest.mark.parametrize("code", SERIES)
def test_series_are_evaluated(country, code):
    rows = _ask(country, f"SELECT value, origin FROM series WHERE {OF_BUREAU} AND series = '{code}' ORDER BY year")
    assert [(value if value is None else pytest.approx(float(value)), origin) for value, origin in rows] == [
        (value if value is None else pytest.approx(value), origin) for value, origin in SERIES[code]
    ]


def test_a_sum_with_a_row_that_is_not_printed_has_no_value(engine, run_id, url):
    figures = {"request.outcome.granted_narrow": "3"}  # and no row of those already public
    store(engine, visit(run_id, reading(report(figures))))
    assert _ask(url, "SELECT value FROM series WHERE series = 'granted_or_public'") == [(None,)]
    assert _ask(url, "SELECT value, origin FROM series WHERE series = 'granted_narrow'") == [(3, "reported")]


def test_series_break_where_the_form_changes(country):
    sql = f"SELECT year, comparability, break_before FROM series WHERE {OF_BUREAU} AND series = '{{}}' ORDER BY year"
    received = [(y, c, bool(b)) for y, c, b in _ask(country, sql.format("requests_received"))]
    assert received == [(2018, None, False), (2019, "close", True), (2020, "same", False), (2021, "exact", False)]
    stock = [(y, c, bool(b)) for y, c, b in _ask(country, sql.format("normative_stock"))]
    assert stock == [(2019, None, False), (2020, "same", False), (2021, "broken", True)]
    assert _ask(country, "SELECT DISTINCT do_not_join FROM series WHERE series = 'normative_stock'") in (
        [(1,)],
        [(True,)],
    )


def test_every_series_of_the_list_is_there_for_each_form_that_has_it(country):
    forms = {2018: "2014", 2019: "2019", 2021: "2021"}
    for year, form in forms.items():
        rows = _ask(country, f"SELECT series FROM series WHERE {OF_BUREAU} AND year = {year}")
        assert sorted(code for (code,) in rows) == sorted(s.code for s in catalog().series if s.formulas[form])


COVERAGE = {
    (BUREAU, 2018): ("reported", "2019-01-20", "2019-03-31"),
    (BUREAU, 2019): ("reported", "2020-01-20", "2020-01-31"),
    (BUREAU, 2020): ("reported", "2021-01-20", "2021-01-31"),
    (BUREAU, 2021): ("reported", "2022-01-20", "2022-01-31"),
    (GOVERNMENT, 2018): ("late", "2019-04-02", "2019-03-31"),
    (GOVERNMENT, 2019): ("reported", "2020-03-20", "2020-03-31"),
    (GOVERNMENT, 2020): ("not_found", None, "2021-03-31"),  # and 2021 is due in March
    (SCHOOLS, 2018): ("blank", "2019-01-20", "2019-03-31"),
    (SCHOOLS, 2019): ("table_missing", "2020-01-20", "2020-01-31"),
    (SCHOOLS, 2020): ("blocked", None, "2021-01-31"),
    (SCHOOLS, 2021): ("not_found", None, "2022-01-31"),
    **{(STREET, year): ("not_found", None, f"{year + 1}-03-31") for year in range(2014, 2021)},
}


def test_coverage_has_every_expected_year_and_no_clock(country):
    rows = _ask(country, "SELECT agency, year, status, published_on, due_on FROM coverage")
    assert {(agency, year): tuple(rest) for agency, year, *rest in rows} == COVERAGE
    assert len(rows) == len(COVERAGE)


def test_coverage_tells_where_and_why(country):
    sql = f"SELECT year, url, evidence FROM coverage WHERE agency = '{SCHOOLS}' ORDER BY year"
    assert _ask(country, sql) == [
        (2018, f"{HOST}/schools/2018", ""),
        (2019, f"{HOST}/schools/2019", ""),
        (2020, f"{HOST}/schools/2020", "blocked: 403"),
        (2021, None, "no page"),
    ]


def test_quality_counts_findings_and_says_what_the_rule_is(country):
    sql = f"SELECT year, severity, findings, rule_zh FROM quality WHERE {OF_BUREAU} AND rule = '{{}}' ORDER BY year"
    rule = next(rule for rule in catalog().rules if rule.name == "request_balance")
    assert _ask(country, sql.format("request_balance")) == [(y, "error", 1, rule.message_zh) for y in (2019, 2020)]
    assert _ask(country, sql.format("table_copied")) == [(2020, "warning", 1, "全部数字与上一年度相同")]


def test_revisions_tell_what_changed_in_which_cell(country):
    sql = """SELECT agency, year, what, indicator, applicant, from_value, to_value, from_raw, to_raw, from_revision,
        to_revision, url, substr(CAST(changed_at AS TEXT), 1, 10) FROM revisions"""
    cell = (BUREAU, 2019, "cell", "request.concluded", "total", 8, 7, "8", "7", 1, 2)
    assert _ask(country, sql) == [(*cell, f"{HOST}/bureau/2019", "2026-01-04")]


def test_revisions_tell_of_cells_that_come_and_go_and_of_what_is_no_cell(engine, run_id, url):
    store(engine, visit(run_id, reading(report({"proactive.total": "1", "request.received": "2"})), day=0))
    changed = report({"proactive.total": "1", "request.concluded": None}, title="更正")
    store(engine, visit(run_id, reading(changed), day=1))
    rows = _ask(url, "SELECT what, indicator, from_status, to_status, from_raw, to_raw FROM revisions")
    assert sorted(rows, key=str) == [
        ("cell", "request.concluded", "absent", "blank", None, ""),
        ("cell", "request.received", "reported", "absent", "2", None),
        ("title", None, None, None, report().title, "更正"),
    ]


def test_lineage_leads_from_a_number_to_its_bytes(country):
    sql = f"""SELECT value, raw, read_value, correction, url, warc_file, warc_length, is_current, length(digest)
        FROM lineage WHERE {OF_BUREAU} AND year = 2021 AND indicator = 'request.received' AND applicant = 'total'"""
    ((*figures, url, file, length, is_current, digits),) = _ask(country, sql)
    assert figures == [9, "900", 900, "the prose says 9"]
    assert (url, file, length, bool(is_current), digits) == (f"{HOST}/bureau/2021", "a.warc.gz", 500, True, 64)
    contents = _ask(country, f"SELECT DISTINCT revision, is_current FROM lineage WHERE {OF_BUREAU} AND year = 2019")
    assert sorted((n, bool(now)) for n, now in contents) == [(1, False), (2, True)]


def test_views_are_made_anew_only_when_they_differ(warehouse_url):
    engine = open_warehouse(warehouse_url)
    with writing(engine) as connection:
        connection.execute(text("DROP VIEW lineage"))
        put_views(connection)
        assert "lineage" not in inspect(connection).get_view_names(), "what the warehouse remembers is the present SQL"
        connection.execute(text("UPDATE info SET value = 'older' WHERE key = 'views'"))
        put_views(connection)
        assert set(inspect(connection).get_view_names()) == set(VIEWS)
        drop_views(connection)
        assert not inspect(connection).get_view_names()
    open_warehouse(warehouse_url)
    assert set(inspect(engine).get_view_names()) == set(VIEWS)


@pytest.mark.parametrize("view", ["observations", "panel", "series", "quality", "revisions", "lineage", "coverage"])
def test_what_is_asked_of_one_agency_reads_nothing_of_the_others(tmp_path, view):
    """No table that grows with the country is scanned: SQLite's plan for one agency."""
    url = f"sqlite:///{tmp_path / 'warehouse.db'}"
    engine = open_warehouse(url)
    with engine.connect() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN SELECT * FROM {view} WHERE agency = '{BUREAU}'")).all()
    scanned = {row[3].split()[1] for row in plan if row[3].startswith("SCAN ")}
    aliases = {"a", "b", "c", "f", "k", "l", "m", "n", "o", "p", "r", "t", "v", "w", "x"}  # of such tables
    assert not scanned & aliases, [row[3] for row in plan]


def test_a_national_panel_is_read_from_the_index(tmp_path):
    engine = open_warehouse(f"sqlite:///{tmp_path / 'warehouse.db'}")
    sql = "SELECT agency, value FROM observations WHERE indicator = 'request.received' AND applicant = 'total'"
    with engine.connect() as connection:
        plan = " ".join(row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}")))
    assert "ix_observation_figure (indicator_id=? AND applicant_id=?" in plan


def test_corrections_change_what_a_view_says_and_not_what_was_read(country):
    sums = _ask(country, f"SELECT SUM(value), SUM(read_value) FROM observations WHERE {OF_BUREAU} AND year = 2021")
    assert sums[0][1] - sums[0][0] == 891
    assert OF_2019["request.concluded"] == "8"
