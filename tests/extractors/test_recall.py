"""Tables looked up as ones printed before: what comes back is what the way through them would have given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.documents import read_document
from extractors.forms.matrix import read_matrix
from extractors.forms.matrix_grid import walk_grids
from extractors.forms.recall import recall
from extractors.forms.rows import FormReading
from schema.records import Document
from tests.extractors import forms

STYLES = (
    forms.Style(),
    forms.Style(mark="word"),
    forms.Style(page_break=True),
    forms.Style(mark="word", page_break=True),
)
FIGURE = st.one_of(
    st.integers(0, 999_999).map(str),
    st.sampled_from(("", "0", "—", "/", "1234567", "12345678901", "007", "３", "1,234", "减3", "0.37万元")),
)


def document(form: str, figures: dict[tuple[str, str], str], style: forms.Style = STYLES[0]) -> Document:
    return read_document(forms.page(form, figures, style).encode())


def walked(page: Document) -> FormReading | None:
    return read_matrix(walk_grids(list(page.grids())))


def even(form: str, figure: str) -> dict[tuple[str, str], str]:
    return dict.fromkeys(forms.cells(form), figure)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["2019", "2021"])
@given(data=st.data())
def test_what_is_recalled_is_what_would_be_read(form: str, data: st.DataObject):
    printed = {cell: data.draw(FIGURE) for cell in data.draw(st.lists(st.sampled_from(forms.cells(form)), max_size=9))}
    page = document(form, even(form, "5") | printed, data.draw(st.sampled_from(STYLES)))
    found = recall(list(page.grids()))
    if found:
        assert found[0] == walked(page)


@pytest.mark.parametrize("style", STYLES)
def test_a_whole_form_is_recalled_with_its_own_figures(style: forms.Style):
    for figure in ("7", "81", ""):
        page = document("2021", even("2021", figure), style)
        found = recall(list(page.grids()))
        assert found is not None
        reading, tables = found
        assert {cell.raw for cell in (one.cell for one in reading.figures)} == {figure}
        assert tables == {grid.index for grid in page.grids()}


def test_what_is_recalled_can_be_changed_without_harm():
    page = document("2021", even("2021", "7"))
    for _ in range(2):
        found = recall(list(page.grids()))
        assert found is not None
        assert len(found[0].traces) == len(set(found[0].traces))
        found[0].traces.append(found[0].traces[0])
        found[0].figures.clear()


def test_a_table_before_the_form_changes_nothing_but_the_numbers_of_tables():
    markup = forms.page("2021", even("2021", "7"), STYLES[0])
    header = "<table><tr><td>索引号</td><td>0001/2024-00017</td></tr></table>"
    page = read_document(markup.replace("<body>", f"<body>{header}", 1).encode())
    found = recall(list(page.grids()))
    assert found is not None
    assert 1 not in found[1]
    assert found[0] == walked(page)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("本年制发件数", "本年印发件数"),  # a head that the form does not print
        ("行政处罚", "某项工作"),  # a row that the form does not print
    ],
)
def test_a_form_with_something_to_tell_is_read_anew(old: str, new: str):
    markup = forms.page("2021", even("2021", "7"), STYLES[0])
    assert old in markup
    page = read_document(markup.replace(old, new).encode())
    assert recall(list(page.grids())) is None
    reading = walked(page)
    assert reading is not None
    assert reading.findings or reading.local_rows
