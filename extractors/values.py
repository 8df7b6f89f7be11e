"""The text of one cell to a typed value. What cannot be read surely stays text, with the reason."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from schema.records import Severity, Status

_DASHES = frozenset("-‐‑‒–—―─━ー_/\\~〜")
_MINUS = str.maketrans("−–﹣－", "----")
_BLANKS = re.compile(r"&nbsp;|&#160;|[\s\u200b-\u200f\ufeff]")
_SPACED = re.compile(r"(?<=\d)[ \u00a0\u3000](?=\d{3}(?!\d))")  # 1 683: blanks between groups of three
_REMARK = re.compile(r"^(?P<number>[^()]+)\((?P<remark>[^()]*[\u4e00-\u9fff][^()]*)\)$")
_NUMBER = re.compile(
    r"(?P<about>约|近|大约|约为|超过?|逾)?"
    r"(?P<sign>[+-]|增加?|减少?|新增)?"
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|零)"
    r"(?P<more>余|多)?"
    r"(?P<scale>万|亿)?"
    r"(?P<most>余|多)?"
    r"(?P<unit>[\u4e00-\u9fff]{0,3}?)"
    r"(?P<around>左右|以上)?"
)
_ODD_DIGIT = re.compile(r"[^\W\u4e00-\u9fff0-9０-９A-Za-zＡ-Ｚａ-ｚ_]")  # ², ①, Ⅻ, ٣: folding makes digits of them
_UNITS = frozenset(
    (
        "条 条次 件 件次 次 篇 人 人次 个 项 起 则 份 宗 部 场 期 批 种 家 名 处 本 页 册 封 例 幅 场次 班次 "
        "元 万元 亿元"
    ).split()
)
_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_MONEY = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_MAX_DIGITS = 12  # more than any report can mean: cells run together
_SHORT = 20  # characters; what stands in a thousand reports (0, 17, /, 无) is read once


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value needs a look: the finding's rule, its severity, and words."""

    rule: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class Value:
    """A cell read: `value` is in `unit` and set only where `status` is reported."""

    value: Decimal | None
    status: Status
    unit: str | None
    remark: str = ""
    problems: tuple[Problem, ...] = ()


def parse_value(raw: str, unit: str | None, value_type: str = "count") -> Value:
    """Read a cell's text where the form asks for `unit` (None: the form names none).

    A unit printed in the cell wins. Money is turned into the form's unit where that is 万元, and thousands
    of things (3.5万条) into the full number. `value_type` is that of indicators.csv: only a `change` may
    carry a sign in words, and only `money` has decimals.
    """
    return _short_value(raw, unit, value_type) if len(raw) <= _SHORT else _value(raw, unit, value_type)


def _value(raw: str, unit: str | None, value_type: str) -> Value:
    if not raw or raw.isspace():
        return Value(None, Status.BLANK, unit)
    if unit and raw.isascii() and raw.isdigit() and (raw[0] != "0" or raw == "0") and len(raw) <= _MAX_DIGITS:
        return Value(Decimal(raw), Status.REPORTED, unit)  # nine cells of ten
    text = fold_value(raw)
    if not text or text in _UNITS:
        return Value(None, Status.BLANK, unit)
    if set(text) <= _DASHES:
        return Value(None, Status.DASH, unit)
    if _ODD_DIGIT.search(raw):
        return _unread(unit, "value_unclear", f"the cell {_shown(raw)} has signs that are no plain digits")
    if text in ("无", "没有", "暂无"):
        return _unread(unit, "value_in_words", f"the cell says {text}, which is not a number", Severity.INFO)
    remark = _REMARK.match(text)
    match = _NUMBER.fullmatch(remark["number"] if remark else text)
    if not match:
        return _unread(unit, "value_unclear", f"the cell {_shown(raw)} is not read as a number")
    return _number(match, raw, unit, value_type, remark["remark"] if remark else "")


_short_value = lru_cache(maxsize=8192)(_value)


def fold_value(raw: str) -> str:
    """Narrow a cell's text and drop its blanks; a line break between digits stays, as it parts two figures."""
    text = unicodedata.normalize("NFKC", raw).strip().translate(_MINUS).replace("萬", "万").replace("條", "条")
    text = _SPACED.sub("", text.replace("億", "亿").replace("無", "无"))
    if re.search(r"\d\s+[\d.,]", text):
        return re.sub(r"\s+", " ", text)
    return _BLANKS.sub("", text)


def _number(match: re.Match[str], raw: str, unit: str | None, value_type: str, remark: str) -> Value:
    digits = match["digits"].replace(",", "")
    whole = digits.partition(".")[0]
    if (len(whole) > 1 and whole[0] == "0") or len(digits) > _MAX_DIGITS:
        return _unread(unit, "value_unclear", f"the cell {_shown(raw)} looks like several cells run together")
    printed = match["unit"]
    scale = match["scale"] or ""
    if printed == "元" and scale:
        printed, scale = scale + printed, ""
    if scale and not printed and unit in _MONEY:
        return _unread(unit, "value_unclear", f"the cell {_shown(raw)} does not say ten thousand of what")
    if printed and printed not in _UNITS:
        return _unread(unit, "value_unclear", f"the cell {_shown(raw)} has words that are no unit")
    value = Decimal(0) if digits == "零" else Decimal(digits)
    decimals = len(digits.partition(".")[2])
    value *= _SCALES.get(scale, 1)
    about = any(match[name] for name in ("about", "more", "most", "around")) or (scale and decimals < len("0000"))
    sign = match["sign"] or ""
    if sign[:1] in ("-", "减"):
        value = -value
    if sign and sign[0] not in "+-" and value_type != "change":
        return _unread(unit, "value_unclear", f"the cell {_shown(raw)} tells a change where a number is asked")
    return _in_unit(value, raw, printed, unit, value_type, remark, bool(about))


def _in_unit(
    value: Decimal, raw: str, printed: str, unit: str | None, value_type: str, remark: str, about: bool
) -> Value:
    problems = []
    if printed in _MONEY and unit in _MONEY and printed != unit:
        value = value * _MONEY[printed] / _MONEY[unit]
        message = f"{_shown(raw)} is given in {printed}, the form asks for {unit}: read as {_tidy(value)}"
        problems.append(Problem("unit_converted", Severity.INFO, message))
        printed = unit
    if printed in _MONEY and value_type != "money":
        return _unread(unit, "value_unclear", f"the cell {_shown(raw)} is money where a number is asked")
    if value_type != "money" and value != value.to_integral_value():
        return _unread(unit, "value_unclear", f"the cell {_shown(raw)} is not a whole number")
    if value_type == "money" and unit is None and not printed:
        problems.append(Problem("unit_unstated", Severity.INFO, f"{_shown(raw)}: neither form nor cell gives a unit"))
    if about:
        problems.append(Problem("value_approximate", Severity.INFO, f"the cell {_shown(raw)} gives about a number"))
    if printed and unit and printed != unit:
        problems.append(Problem("unit_differs", Severity.INFO, f"{_shown(raw)}: the form counts in {unit}"))
    return Value(_tidy(value), Status.REPORTED, printed or unit, remark, tuple(problems))


def _unread(unit: str | None, rule: str, message: str, severity: Severity = Severity.WARNING) -> Value:
    return Value(None, Status.TEXT, unit, problems=(Problem(rule, severity, message),))


def _tidy(value: Decimal) -> Decimal:
    """The shortest plain spelling: 12.0 is 12, 1E+3 is 1000."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _shown(raw: str) -> str:
    folded = " ".join(raw.split())
    return f"«{folded if len(folded) <= 40 else folded[:40] + '…'}»"
