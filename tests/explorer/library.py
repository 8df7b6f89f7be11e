"""A warehouse with its archive, of the pages of this project: those of the sample portals and the golden ones.

An agency has reports on all three forms; one report was edited after it was published; one is a hostile page, and one
a file that is no page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from extractors.report import read_capture
from flows.sample_portal import edited
from schema.records import Capture, Fetch, Link, Outcome, Reading
from tests.golden.pages import OWN, SITES
from tests.warehouse.build import reading, report
from warehouse.archive import Archive
from warehouse.engine import Engine, open_warehouse
from warehouse.ledger import PortalRow, finish_run, register_portals, start_run
from warehouse.load import Visit, store

PORTAL = PortalRow("sample", "示例市人民政府", "330800", "hanweb", "http://sample.example/", "live")
LONG = "示例市教育局"  # the agency with reports from 2016 to 2023
HOSTILE, FILE, EDITED = "示例市广播电视局", "示例市外事办公室", "示例市统计局"
_LATER = {"2020": "sjj_2020", "2021": "wjw_2021", "2022": "tyj_2022", "2023": "yjj_2023"}
_AGENCIES = {"sjj": "示例市审计局", "wjw": "示例市卫生健康委员会", "tyj": "示例市体育局", "yjj": "示例市林业局"}
_START = datetime(2024, 4, 1, 1, tzinfo=UTC)
_HARM = """
<script>parent.document.title = "owned"; fetch("http://evil.example/a")</script>
<meta http-equiv="refresh" content="0; url=http://evil.example/b"><base href="http://evil.example/">
<link rel="stylesheet" href="http://evil.example/c.css"><style>@import url(http://evil.example/d.css);
body { background: url(http://evil.example/e.png) }</style>
<svg onload="alert(1)"><script>alert(2)</script><image href="http://evil.example/f.svg"/></svg>
<math><mtext><img src=x onerror=alert(3)></mtext></math>
<img src="http://evil.example/g.png" onerror="alert(4)"><iframe src="javascript:alert(5)"></iframe>
<form action="http://evil.example/h"><input name=q autofocus onfocus="alert(6)"><button>send</button></form>
<a href="javascript:alert(7)" target="_top">读</a><object data="http://evil.example/i"></object>
<p style="background:url(http://evil.example/k)" onclick="alert(8)">段</p><video src="http://evil.example/j"></video>
<template><script>alert(9)</script></template><noscript><p title="</noscript><img src=x onerror=alert(10)>"></noscript>
"""


@dataclass(frozen=True)
class Library:
    """Where the warehouse and its archive are."""

    data: Path

    @property
    def warehouse(self) -> str:
        return f"sqlite:///{self.data / 'warehouse.db'}"


def build(data: Path) -> Library:
    """Make both in a folder."""
    library = Library(data)
    engine = open_warehouse(library.warehouse)
    register_portals(engine, [PORTAL])
    run = start_run(engine, command="crawl", portals=[PORTAL.id], years=[])
    with Archive(data / "archive", "test") as archive:
        for number, (url, body) in enumerate(_pages()):
            _keep(engine, archive, run.id, url, body, number)
        _keep(engine, archive, run.id, f"{PORTAL.base_url}wsb.pdf", b"%PDF-1.4 \0 no page", 1, _of_file())
        url, body = next(page for page in _pages() if EDITED in page[1].decode("utf-8", "replace"))
        _keep(engine, archive, run.id, url, edited(body), 100)
    finish_run(engine, run.id, status="done")
    engine.dispose()
    return library


def _pages() -> Iterator[tuple[str, bytes]]:
    for page in sorted(SITES.glob("*/www/**/*.html")):
        yield PORTAL.base_url + page.relative_to(SITES).as_posix(), page.read_bytes()
    for page in sorted((OWN / "example").glob("*.html")):
        yield f"{PORTAL.base_url}golden/{page.name}", page.read_bytes()
    for year, name in _LATER.items():
        text = (OWN / "example" / f"{name}.html").read_text(encoding="utf-8")
        yield f"{PORTAL.base_url}long/{year}.html", text.replace(_AGENCIES[name.split("_")[0]], LONG).encode()
    mild = (OWN / "example" / "mzj_2019.html").read_text(encoding="utf-8").replace("示例市民政局", HOSTILE)
    yield f"{PORTAL.base_url}hostile.html", mild.replace("<table", _HARM + "<table", 1).encode()


def _of_file() -> Reading:
    """A report that was read from a file, as far as a page of it needs."""
    return reading(report({"proactive.total": "12"}, agency=FILE, title=f"{FILE}2018年政府信息公开工作年度报告"))


def _keep(
    engine: Engine, archive: Archive, run: int, url: str, body: bytes, day: int, read: Reading | None = None
) -> None:
    kind = "application/pdf" if read else "text/html; charset=utf-8"
    capture = Capture(url, url, _START + timedelta(hours=day), 200, "OK", (("Content-Type", kind),), body)
    visit = Visit(
        run_id=run,
        portal_id=PORTAL.id,
        kind="document",
        fetch=Fetch(url, Outcome.FETCHED, "200 OK", capture),
        link=Link(url, "年度报告", "c1", date(2019, 3, 15)),
        location=archive.write(capture),
        reading=read or read_capture(body, content_type=kind, url=url),
        reader_version="1",
    )
    store(engine, visit)
