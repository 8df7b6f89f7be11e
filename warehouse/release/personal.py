"""What a release leaves out, so that no official's name and no telephone number gets into it.

The forms end in lines such as 单位负责人, 审核人, 填报人, 联系电话 and 填报日期. Where a table was laid out badly, what
stands in them can be found in any text of a report. So a release does not look for names, which could be anything; it
takes only what can be nothing else than part of the statistics:

* rows that no form prints, titles, headers and other names of an agency are left out altogether;
* a printed label stays if a form prints it, or is known to be printed so;
* a cell's text stays if it is made of digits, signs and words that go with figures, and is no number to call;
* a number stays if it is too small for a telephone number with its area code, or an amount of money;
* the words of a finding stay if they are ours: those of the arithmetic and of the comparison of years.

What does not stay is replaced by `WITHHELD`, and counted. Seven or eight digits alone in a cell where a form asks for
a number are taken for one: nothing tells them from a local telephone number.
"""

import re
import unicodedata
from datetime import date
from functools import cache

from schema.catalog import catalog
from schema.labels import fold, lead
from schema.records import Status

WITHHELD = "[withheld]"

_UNITS = frozenset(
    (
        "条 条次 件 件次 次 篇 人 人次 个 项 起 则 份 宗 部 场 期 批 种 家 名 处 本 页 册 封 例 幅 场次 班次 "
        "元 万元 亿元 條 萬元 億元"
    ).split()
)
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_ABOUT = "约|近|大约|约为|超过?|逾"
_CHANGE = "[-+±−–]|增加?|减少?|新增"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_FIGURE = re.compile(
    rf"(?:{_ABOUT})?(?:{_CHANGE})?(?:{_NUMBER}|零)[余多]?[万亿萬億]?[余多]?(?:{_UNIT})?(?:左右|以上)?"
    rf"|[-‐‑‒–—―─━ー_/\\~〜.…*]*(?:{_UNIT})?|无|無|没有|暂无"
)
_MOST_DIGITS = 9  # of a count; a telephone number has ten at least with its area code
_MOST_DIGITS_READ = 12  # of the text of a number
_MOST_DIGITS_UNREAD = 6  # of a text that was not taken for a number: more could be a local telephone number
_MOBILE = re.compile(r"1[3-9]\d{9}")
_REMARK = re.compile(r"\(([^()]*)\)$")
_OWN_RULES = frozenset({"table_copied", "out_of_proportion"})  # of schema.history


def keeps_text(raw: str, status: Status) -> bool:
    """Whether a cell's text can be nothing else than a figure, or the want of one. The status is as read."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", raw))
    digits = sum(character.isdigit() for character in text)
    most = _MOST_DIGITS_READ if status is Status.REPORTED else _MOST_DIGITS_UNREAD
    return digits <= most and _FIGURE.fullmatch(text) is not None


def keeps_value(value: float | None, money: bool) -> bool:
    """Whether a number can be no telephone number: a mobile one has eleven digits, others ten with the area code."""
    if value is None or value != int(value):
        return True
    digits = str(abs(int(value)))
    return _MOBILE.fullmatch(digits) is None and (money or len(digits) <= _MOST_DIGITS)


@cache
def keeps_label(label: str) -> bool:
    """Whether this is a unit, or every part of a label, and a remark in brackets at its end, is known from a form."""
    return label in _UNITS or all(_is_known(fold(part)) for part in label.split(" / "))


def _is_known(folded: str) -> bool:
    text = _unnumbered(folded)
    remark = _REMARK.search(text)
    while text not in _known()[0] and remark and remark[1] in _known()[1]:
        text = text[: remark.start()]
        remark = _REMARK.search(text)
    return text in _known()[0]


def iso_date(text: str | None) -> str | None:
    """A date, or nothing: the warehouse keeps in columns for dates what a header prints."""
    try:
        return date.fromisoformat(text or "").isoformat()
    except ValueError:
        return None


def keeps_message(rule: str, message: str) -> bool:
    """Whether the words of a finding are ours and hold no number that could be called."""
    return rule in _rules() and re.search(rf"\d{{{_MOST_DIGITS + 1}}}", message) is None


def _unnumbered(folded: str) -> str:
    return folded[len(lead(folded)) :]


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """The labels that forms print, without their numbers, and what stands in brackets after them."""
    forms = catalog().forms.values()
    rows = [row for form in forms for row in form.rows]
    names = {name for row in rows for name in (*row.names, fold(row.column))}
    names |= {fold(name) for form in forms for column in form.columns for name in (column.label_zh, *column.aliases)}
    units = {unit for row in rows for unit in (row.unit_zh, f"单位:{row.unit_zh}")}
    return frozenset(map(_unnumbered, names)), frozenset(fold(row.remark).strip("()") for row in rows) | units


@cache
def _rules() -> frozenset[str]:
    return frozenset(rule.name for rule in catalog().rules) | _OWN_RULES
