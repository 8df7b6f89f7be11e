"""What all simulated portals share: the documents that they publish, and a server that any fault can be put before.

A site answers as its publishing system does. A fault stands between the server and the site and may answer in
the site's place, so every fault can be tried on every system.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from extractors.registry import Column, Portal
from tests.extractors import forms
from tests.extractors.loopback import Asked, Loopback, Reply

AGENCIES = tuple("教育局 财政局 民政局 司法局 水利局 统计局 审计局 档案局 气象局 商务局".split())
Answer = Callable[[Asked], Reply]
Fault = Callable[[Asked, Answer], Reply]  # gets the request and the site's own answer to it


@dataclass(frozen=True)
class Document:
    """A report as a site holds it. `table` is the markup of its statistical form, for the site's page around it."""

    number: int
    title: str
    agency: str
    year: int
    published_on: date
    figures: Mapping[tuple[str, str], str] = field(repr=False)

    @property
    def table(self) -> str:
        return forms.matrix_tables("2021", self.figures, forms.Style())


def documents(count: int) -> tuple[Document, ...]:
    """Reports in the order of a list, the newest first; each differs from all others in its figures."""
    return tuple(_document(number) for number in range(count, 0, -1))


def _document(number: int) -> Document:
    turn, place = divmod(number - 1, len(AGENCIES))
    agency, year = f"示例市{AGENCIES[place]}", 2021 + turn % 4
    title = f"{agency}{year}年政府信息公开工作年度报告" + (f"（{turn // 4}）" if turn >= 4 else "")
    figures = dict.fromkeys(forms.cells("2021"), "0") | {("documents.normative.issued", "total"): str(number)}
    return Document(number, title, agency, year, date(year + 1, 1, 20) + timedelta(days=place), figures)


class Site(Protocol):
    """A publishing system with one column of annual reports.

    `column` is its address, relative to the server; `addresses` are those of the documents that stand in it, in the
    list's order; `requests` is how many list requests a complete crawl of the column needs.
    """

    platform: str
    column: str
    addresses: Sequence[str]
    requests: int

    def reply(self, asked: Asked) -> Reply: ...


class Simulator(Loopback):
    """A site on loopback, with faults before it; the first of them stands outermost. Both may change while it runs."""

    def __init__(self, site: Site, *faults: Fault, **options: Any) -> None:
        super().__init__(**options)
        self.site, self.faults = site, list(faults)

    def reply(self, asked: Asked) -> Reply:
        self.log.append(asked)
        answer: Answer = self.site.reply
        for fault in reversed(self.faults):
            answer = _before(fault, answer)
        return answer(asked)

    def entry(self, **changes: Any) -> Portal:
        """The registry entry of this portal."""
        column = Column("annual", self.site.column, "政府信息公开年报")
        return self.portal(column, platform=self.site.platform, **changes)


def _before(fault: Fault, answer: Answer) -> Answer:
    return lambda asked: fault(asked, answer)
