"""Compare printed labels: what copies of a form vary in does not count (schema/README.md, decision 6)."""

import re
import unicodedata

_NOISE = re.compile(r"[\s“”\"‘’'\u200b-\u200f\ufeff]")
_LEAD = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.,:]|\([一二三四五六七八九十]+\)[、.]?"
    r"|\(\d{1,2}\)|\d{1,2}\)|\d{1,2}[.、,](?!\d)|\d{1,2}(?=[\u4e00-\u9fff])|其中[:,])+"
)
_OF_WHICH = "其中:"  # a number of its own, that labels begin with
_REMARK = re.compile(r"(?:\((?:[^()]{3,}|[亿万]?元|人次|[件条项次篇个人])\))+$")


def fold(text: str) -> str:
    """Drop width, blanks, quotes and the colon at the end, and read 其它 as 其他."""
    folded = _NOISE.sub("", unicodedata.normalize("NFKC", text)).replace("其它", "其他")
    return folded.rstrip(":") if folded != _OF_WHICH else folded


def bare(folded: str) -> str:
    """A folded label without its number (`(一)`, `1.`, `其中:`) and without a closing remark in brackets."""
    return _REMARK.sub("", _LEAD.sub("", folded)) or folded


def lead(folded: str) -> str:
    """The number that a folded label is printed with; empty if there is none."""
    match = _LEAD.match(folded)
    return match[0] if match else ""
