"""Figures in a report's prose against those of its table.

A report says some of its figures twice, and the two do not always agree: the prose counts one account, the table
all of them; or one was copied from last year. Neither is corrected; a finding puts them side by side. Only phrases
that can mean one indicator and nothing else are compared, so most of the prose is left alone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from schema.records import TOTAL, Finding, Observation, Severity, Status

_GAP = r"[^\d。，,;；、:等]"  # within one clause; 网站、微信等渠道 gives no figure of one channel
_COUNT = r"(?P<count>\d{1,9}(?:,\d{3})*)(?P<about>余|多)?"
_PHRASES: Mapping[str, Sequence[str]] = {
    "proactive.total": (
        rf"主动公开(?:各类)?(?:政府)?信息(?:数|总数|共计?|总计)?{_COUNT}[条件]",
        rf"公开政府信息(?:数|总数|共计?|总计)?{_COUNT}[条件]",
    ),
    "proactive.channel.weibo": (rf"微博{_GAP}{{0,12}}?(?:发布|公开|更新|推送){_GAP}{{0,6}}{_COUNT}[条篇]",),
    "proactive.channel.wechat": (rf"微信{_GAP}{{0,12}}?(?:发布|公开|更新|推送){_GAP}{{0,6}}{_COUNT}[条篇]",),
    "proactive.channel.website": (rf"(?:门户|政府)网站{_GAP}{{0,8}}?(?:发布|公开){_GAP}{{0,8}}{_COUNT}[条篇]",),
    "request.received": (
        rf"(?:受理|收到|接收|新收)(?:的)?(?:政府)?(?:信息公开)?申请{_GAP}{{0,6}}?{_COUNT}[件项条份宗]",
        rf"(?:受理|收到|接收|新收){_GAP}{{0,4}}?依?申请公开{_GAP}{{0,6}}?{_COUNT}[件项条份宗]",
    ),
    "response.press_conferences": (rf"(?:召开|举办|参加)(?:了)?{_COUNT}[次场]新闻发布会", rf"新闻发布会{_COUNT}[次场]"),
    "training.trainees": (rf"培训{_GAP}{{0,6}}?{_COUNT}人次",),
}
_PATTERNS = {code: tuple(map(re.compile, phrases)) for code, phrases in _PHRASES.items()}
_OTHER_YEAR = re.compile(r"(?:上年|去年|同比|比\d{4}年|往年|累计|较)")
_BEFORE = 16  # characters before a phrase in which another year is looked for
_ABOUT = Decimal("0.1")  # how far `余` may lie below the figure it rounds


def compare_prose(text: str, observations: Iterable[Observation]) -> list[Finding]:
    """A finding for each indicator whose figure in the prose is none that the table prints.

    `text` is that of the document's `Wording`. Where it gives several figures for one indicator, one that agrees is
    enough.
    """
    cells = {o.indicator: o for o in observations if o.applicant == TOTAL and o.indicator in _PATTERNS}
    if not cells:
        return []
    findings = []
    for code, cell in cells.items():
        said = _said(text, code)
        if said and not any(_agrees(number, about, cell) for number, about in said):
            findings.append(_finding(code, cell, [number for number, _ in said]))
    return findings


def _said(text: str, code: str) -> list[tuple[Decimal, bool]]:
    """The figures that the prose gives for an indicator's own year, each with whether it is about a number."""
    return [
        (Decimal(match["count"].replace(",", "")), bool(match["about"]))
        for pattern in _PATTERNS[code]
        for match in pattern.finditer(text)
        if not _OTHER_YEAR.search(text[max(match.start() - _BEFORE, 0) : match.end()])
    ]


def _agrees(number: Decimal, about: bool, cell: Observation) -> bool:
    if cell.status is Status.TEXT:
        return True  # the table's figure is not known, so nothing can be said
    value = cell.value or Decimal(0)  # prose says 0 where the table is blank: no contradiction
    return value == number or (about and number <= value <= number * (1 + _ABOUT))


def _finding(code: str, cell: Observation, numbers: Sequence[Decimal]) -> Finding:
    said = " and ".join(f"{number:f}" for number in dict.fromkeys(numbers))
    printed = f"{cell.value:f}" if cell.value is not None else "nothing"
    message = f"{cell.label}: the prose says {said}, the table {printed}"
    return Finding("prose_differs", Severity.INFO, message, ((code, TOTAL),))
