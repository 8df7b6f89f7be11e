"""A synthetic country: every agency's report for every year, as the reader would give it; always the same.

A hundred agencies share a portal. The years are twelve, 2012 to 2023: in the first two there is no national form, so
those reports hold no table; then come the forms of 2014, 2019 and 2021. A sixth of the reports is missing; a few are
revised, shown on a second page, or rest in the quarantine. Most cells are 0, or blank where an agency leaves them so,
as they are in real reports: small agencies have little to tell.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

from schema.catalog import Form, FormRow, catalog
from schema.records import (
    TOTAL,
    Capture,
    Fetch,
    Finding,
    Link,
    Observation,
    Outcome,
    Place,
    Reading,
    ReadingStatus,
    Report,
    Severity,
    Status,
)
from warehouse.archive import Location
from warehouse.ledger import PortalRow
from warehouse.load import Visit

YEARS = range(2012, 2024)
PER_PORTAL = 100  # agencies
_START = datetime(2024, 3, 1, 1, tzinfo=UTC)
_PROVINCES = (11, 13, 21, 31, 32, 33, 34, 35, 37, 41, 42, 43, 44, 51, 53, 61)
_CODING = str.maketrans("0123456789", "甲乙丙丁戊己庚辛壬癸")  # names without figures, as agencies have them


def portals(reports: int) -> list[PortalRow]:
    """The portals of a country with so many reports."""
    return [_portal(number) for number in range(-(-agencies(reports) // PER_PORTAL))]


def agencies(reports: int) -> int:
    """Ten reports an agency."""
    return max(1, reports // 10)


def visits(reports: int, run_id: int) -> Iterator[Visit]:
    """Every visit of a first crawl, portal by portal and the oldest year first; a little more than the reports."""
    count, made = agencies(reports), 0
    for first in range(0, count, PER_PORTAL):
        for year in YEARS:
            for agency in range(first, min(first + PER_PORTAL, count)):
                chance = random.Random(agency * 10_000 + year)
                if made < reports and chance.random() < 10 / 12:
                    yield from _visits(agency, year, run_id, chance)
                    made += 1


def _portal(number: int) -> PortalRow:
    region = f"{_PROVINCES[number % len(_PROVINCES)]}0{1 + number % 3}00"
    return PortalRow(f"p{number}", f"示例{_name(number)}市", region, "generic", _host(number), "live")


def _visits(agency: int, year: int, run_id: int, chance: random.Random) -> Iterator[Visit]:
    reading = Reading(ReadingStatus.REPORT, _report(agency, year, chance), _findings(chance))
    if not reading.report or not reading.report.observations:
        reading = replace(reading, status=ReadingStatus.NO_TABLE, reason="no table of a national form was found")
    kind = chance.random()
    if kind < 0.005 and reading.report:
        reading = replace(reading, report=replace(reading.report, agency=None))
    yield _visit(agency, year, run_id, reading, "art", 0)
    if kind > 0.99:
        yield _visit(agency, year, run_id, reading, "copy", 1)
    elif kind > 0.98 and reading.report:
        revised = replace(reading.report, title=f"{reading.report.title}（更新）")
        yield _visit(agency, year, run_id, replace(reading, report=revised), "art", 30)


def _visit(agency: int, year: int, run_id: int, reading: Reading, folder: str, day: int) -> Visit:
    portal = agency // PER_PORTAL
    url = f"{_host(portal)}/{folder}/{year + 1}/3/15/art_{agency}_{year}.html"
    seen = _START + timedelta(days=day, seconds=agency * 20 + year)
    body = f"{url} {day}".encode()
    headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", f'"{agency}-{day}"'))
    capture = Capture(url, url, seen, 200, "OK", headers, body)
    link = Link(url, f"{_agency(agency)}{year}年政府信息公开工作年度报告", "c1", date(year + 1, 3, 15))
    place = (agency * 12 + year - YEARS[0]) * 60_000 + day * 1000 + (folder == "copy") * 500
    location = Location(f"nianbao-p{portal}.warc.gz", place, 20_000)
    fetch = Fetch(url, Outcome.FETCHED, "", capture)
    return Visit(run_id, f"p{portal}", "document", fetch, link, location, reading, "1", year)


def _report(agency: int, year: int, chance: random.Random) -> Report:
    form = "2014" if 2014 <= year < 2019 else "2019" if 2019 <= year < 2021 else "2021" if year >= 2021 else None
    portal, name = agency // PER_PORTAL, _agency(agency)
    header = {
        "index_number": f"{11000000 + agency}/{year + 1}-{10000 + agency}",
        "publisher": name,
        "published_on": f"{year + 1}-03-15",
        "composed_on": f"{year + 1}-03-10",
        "category": "政府信息公开年报",
    }
    title = f"{name}{year}年政府信息公开工作年度报告"
    cells = tuple(_observations(form, agency, chance)) if form else ()
    return Report(title, name, year, form, header, cells, region=_portal(portal).region)


def _observations(form: str, agency: int, chance: random.Random) -> list[Observation]:
    """A form in which between a fiftieth and half of the cells are more than 0."""
    empty = agency % 5 < 2
    cells = list(_empty_form(form, empty=empty))
    size = 1 / (2 + agency * 7919 % 48)
    for at in chance.sample(range(len(cells)), max(1, int(len(cells) * size))):
        cells[at] = _filled(cells[at], chance)
    return cells


def _filled(cell: Observation, chance: random.Random) -> Observation:
    number = 1 + int(chance.expovariate(0.02))
    raw = f"{number}.{number % 9 + 1}" if cell.unit == "万元" else str(number)
    return cell._replace(value=Decimal(raw), status=Status.REPORTED, raw=raw)


@cache
def _empty_form(form: str, *, empty: bool) -> tuple[Observation, ...]:
    entry = catalog().forms[form]
    rows = [row for row in entry.rows if row.indicator]
    return tuple(cell for row in rows for cell in _row(entry, row, empty=empty))


def _row(form: Form, row: FormRow, *, empty: bool) -> Iterator[Observation]:
    value, status, raw = (None, Status.BLANK, "") if empty else (Decimal(0), Status.REPORTED, "0")
    label = f"{row.label_zh} {row.column}".strip()
    table = 1 if form.name == "2014" else int(row.section)
    for column, member in enumerate(form.members(row.section) or (TOTAL,), start=2):
        place = Place(table, row.order + 1, column)
        yield Observation(row.indicator, member, value, status, row.unit_zh or None, raw, label, place)


def _findings(chance: random.Random) -> tuple[Finding, ...]:
    if chance.random() > 0.1:
        return ()
    cells = (("request.received", TOTAL), ("request.received.in_person", TOTAL))
    return (Finding("received_is_sum", Severity.ERROR, "request.received: 3, the sum of its parts is 4", cells),)


def _agency(number: int) -> str:
    return f"示例{_name(number // PER_PORTAL)}市{_name(number % PER_PORTAL)}局"


def _host(portal: int) -> str:
    return f"http://www.p{portal}.gov.cn"


def _name(number: int) -> str:
    return str(number).translate(_CODING)
