"""The running text of a document: narrowed as one piece as it would be line by line, each position kept."""

import re

from hypothesis import given
from hypothesis import strategies as st

from extractors.documents import read_document
from extractors.labels import narrow
from extractors.wording import numbers_of_lines, wording, words_of

# Decoding drops the NUL, and a line has no end in it.
CHARACTERS = st.one_of(
    st.sampled_from("，：（）％　年报告數號 shù\u0301e①２０１８．…ﬁ\u3099か"), st.characters(exclude_characters="\n\0")
)


@given(st.lists(st.text(CHARACTERS, max_size=20), max_size=6))
def test_the_whole_is_narrowed_as_its_lines_are(lines: list[str]):
    words = wording(lines)
    assert list(words.narrow) == ([narrow(line) for line in lines if line] or [""])
    assert [len(line) for line in words.simple] == [len(line) for line in words.narrow]
    assert "\n".join(words.simple) == words.text


def test_traditional_characters_are_kept_for_names_and_simplified_for_comparison():
    words = wording(["示 例市統計局 (2018年)", "", "年报"])
    assert words.printed == ("示 例市統計局 (2018年)", "年报")
    assert words.narrow[0] == "示例市統計局(2018年)"
    assert words.simple[0] == "示例市统计局(2018年)"


def test_a_text_without_bounds_is_cut():
    assert len(wording(["报" * 60_000] * 3).text) == 100_000


def test_a_table_of_one_text_is_layout():
    page = "<table><tr><td>示例县水利局</td></tr></table><table><tr><td>收到申请</td><td>3</td></tr></table>"
    assert words_of(read_document(page.encode())).printed == ("示例县水利局",)


def test_the_lines_in_which_a_pattern_begins_and_ends():
    assert set(numbers_of_lines(re.compile(r"发布\s*日期"), "来源\n发布\n日期\n正文\n发布日期")) == {1, 2, 4}
