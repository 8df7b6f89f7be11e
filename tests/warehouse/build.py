"""Small real values for the tests: captures, reports, readings, visits."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from schema.records import (
    TOTAL,
    Capture,
    Fetch,
    Link,
    Observation,
    Outcome,
    Place,
    Reading,
    ReadingStatus,
    Report,
    Status,
)
from warehouse.archive import Location
from warehouse.engine import Engine
from warehouse.ledger import PageState, PortalRow, page_states
from warehouse.load import Visit

PORTALS = (
    PortalRow("quzhou", "衢州市人民政府", "330800", "hanweb", "http://www.qz.gov.cn/", "unverified"),
    PortalRow("jiaxing", "嘉兴市人民政府", "330400", "hanweb_jpaas", "http://www.jiaxing.gov.cn/", "unverified"),
)
AGENCY = "衢州市民政局"
URL = "http://www.qz.gov.cn/art/2019/3/15/art_1.html"
START = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)

_offsets = count(1000, 1000)  # no two captures rest at one place


def observation(indicator: str = "proactive.total", value: str | None = "3457", **other: Any) -> Observation:
    fields: dict[str, Any] = {
        "indicator": indicator,
        "applicant": TOTAL,
        "value": None if value is None else Decimal(value),
        "status": Status.BLANK if value is None else Status.REPORTED,
        "unit": "item",
        "raw": value or "",
        "label": f"row of {indicator}",
        "place": Place(1, 3, 3),
    }
    return Observation(**fields | other)


def report(
    values: Mapping[str, str | None] | None = None, header: Mapping[str, str | None] | None = None, **other: Any
) -> Report:
    """A report of the 2014 form with some indicators."""
    figures = {"proactive.total": "3457", "request.received": None} if values is None else values
    fields: dict[str, Any] = {
        "title": f"{AGENCY}2018年政府信息公开工作年度报告",
        "agency": AGENCY,
        "year": 2018,
        "form": "2014",
        "header": {"index_number": "113308000026181032/2019-102271", "category": None, **(header or {})},
        "observations": tuple(observation(name, value) for name, value in figures.items()),
    }
    return Report(**fields | other)


def reading(of: Report | None = None, status: ReadingStatus = ReadingStatus.REPORT, **other: Any) -> Reading:
    return Reading(status, report() if of is None and status is ReadingStatus.REPORT else of, **other)


def capture(
    url: str = URL, body: bytes = b"<html>\xe5\xb9\xb4\xe6\x8a\xa5</html>", day: int = 0, **other: Any
) -> Capture:
    fields: dict[str, Any] = {
        "requested_url": url,
        "url": url,
        "fetched_at": START + timedelta(days=day),
        "status": 200,
        "reason": "OK",
        "headers": (("Content-Type", "text/html; charset=utf-8"), ("ETag", f'"{day}"')),
        "body": body,
    }
    return Capture(**fields | other)


def visit(run_id: int, read: Reading | None, url: str = URL, day: int = 0, portal_id: str = "quzhou") -> Visit:
    """A document that was fetched on a day, archived and read (or not)."""
    return Visit(
        run_id=run_id,
        portal_id=portal_id,
        kind="document",
        fetch=Fetch(url, Outcome.FETCHED, "200 OK", capture(url, repr(read).encode(), day)),
        link=Link(url, "年度报告", "c1", date(2019, 3, 15), "市民政局", "11330800002618103X"),
        location=Location("a.warc.gz", next(_offsets), 500),
        reading=read,
        reader_version="1",
        year=2018,
    )


def failed(run_id: int, outcome: Outcome, url: str = URL, detail: str = "") -> Visit:
    """A document that could not be had."""
    return Visit(run_id, "quzhou", "document", Fetch(url, outcome, detail), Link(url, "年度报告", "c1"))


def page_state(engine: Engine, url: str = URL, portal_id: str = "quzhou") -> PageState | None:
    """What the ledger knows of one page; None if it was never visited."""
    return page_states(engine, portal_id).get(url)
