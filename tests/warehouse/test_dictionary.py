"""The data dictionary is complete, and that in the repository is the present one."""

from pathlib import Path

import pytest

from schema.catalog import catalog
from warehouse.dictionary import dictionary, meaning_of, meaning_of_table
from warehouse.tables import metadata
from warehouse.views import VIEWS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "dictionary.md"


def test_the_page_is_the_present_one():
    stale = "docs/dictionary.md is stale; write it anew with `python -m warehouse.dictionary > docs/dictionary.md`"
    assert PAGE.read_text(encoding="utf-8") == dictionary(), stale


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_and_column_has_a_meaning(table):
    assert meaning_of_table(table)
    assert [column.name for column in table.columns if not meaning_of(column)] == []


def test_everything_that_can_be_asked_is_in_it():
    page = dictionary()
    lists = catalog()
    for name in (*VIEWS, *metadata.tables, "Questions"):
        assert f"# {name}\n" in page
    for code in (*lists.indicators, *(series.code for series in lists.series), *(one.code for one in lists.sectors)):
        assert f"| `{code}` |" in page or f"| {code} |" in page


def test_a_bar_in_a_formula_makes_no_column():
    rows = [line for line in dictionary().splitlines() if line.startswith("| `requests_concluded`")]
    assert len(rows) == 1
    assert rows[0].replace("\\|", "").count("|") == 6
