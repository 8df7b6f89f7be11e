"""A small country, told by hand: four agencies, a run on 15 February 2022, and what the views must say of it.

| agency               | 2018                | 2019                   | 2020             | 2021              |
|----------------------|---------------------|------------------------|------------------|-------------------|
| 衢州市民政局         | 2014 form           | 2019 form, edited once | a copy of 2019   | one cell mended   |
| 衢州市人民政府       | published late      | in time                | -                | not due yet       |
| 衢州市柯城区教育局   | every cell blank    | no table               | refused          | nothing known     |
| 柯城区双港街道办事处 | known to the registry alone                                                        |
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import update

from schema.catalog import catalog
from schema.checks import check
from schema.records import TOTAL, Fetch, Link, Observation, Outcome, Place, Reading, ReadingStatus, Report, Status
from tests.warehouse.build import PORTALS, visit
from warehouse import tables
from warehouse.corrections import put_corrections
from warehouse.corrections_file import Correction
from warehouse.engine import Engine, writing
from warehouse.ledger import finish_run, register_portals, start_run
from warehouse.load import Visit, store
from warehouse.results import Expect

BUREAU, GOVERNMENT, SCHOOLS = "衢州市民政局", "衢州市人民政府", "衢州市柯城区教育局"
STREET = "衢州市柯城区双港街道办事处"
HOST = "http://www.qz.gov.cn"
PERSON, BUSINESS = "natural_person", "org.business"

Figures = Mapping[str, str | None]

OF_2018 = {
    "request.received": "10",
    "request.outcome.already_public": "2",
    "request.outcome.granted_narrow": "3",
    "request.outcome.partial": "1",
    "request.outcome.denied_total": "2",
    "request.outcome.denied.state_secret": "1",
    "request.outcome.denied.privacy": "1",
    "request.outcome.not_this_agency": "0",
    "request.outcome.not_exist": "1",
    "request.outcome.amend_notice": "1",
    "review.upheld": "2",
    "review.corrected": "1",
    "capacity.staff": "4",
    "capacity.staff.full_time": "1",
    "capacity.budget": "2.5",
}
OF_2019 = {
    f"request.received[{PERSON}]": "5",
    f"request.received[{BUSINESS}]": "2",
    "request.carried_in": "6",
    "request.concluded": "8",
    "request.outcome.granted": "3",
    "request.outcome.partial": "1",
    "request.outcome.denied.third_party": "1",
    "request.outcome.unavailable.not_held": "2",
    "request.carried_out": "4",
    "licensing.decisions": "12",
}
OF_2021 = {
    "request.received": "900",
    f"request.received[{PERSON}]": "9",
    "request.carried_in": "4",
    "request.concluded": "10",
    "request.outcome.granted": "无",
    "request.outcome.partial": "1",
    "request.outcome.not_processed.repeat": "3",
    "request.carried_out": "3",
    "review.corrected": "1",
    "review.upheld": "3",
    "litigation.direct.upheld": "2",
    "litigation.direct.total": "2",
    "licensing.decisions": "20",
    "penalty.decisions": "5",
}
ABSENT = "procurement.amount"  # the row that the bureau's report for 2019 lacks
MENDED = Correction(BUREAU, 2021, "request.received", TOTAL, "900", Decimal(9), "the prose says 9", Expect.PRINTED)


def settle_country(engine: Engine) -> None:
    """Load it, in the order of time."""
    registered = replace(PORTALS[0], agencies={"双港街道": STREET, BUREAU: BUREAU})
    register_portals(engine, [registered, *PORTALS[1:]])
    run = start_run(engine, command="crawl", portals=["quzhou"], years=[])
    put_corrections(engine, [MENDED])
    for day, (read, url) in enumerate(_pages()):
        store(engine, replace(visit(run.id, read, f"{HOST}/{url}", day), year=None, link=None))
    title = f"{SCHOOLS}2020年政府信息公开工作年度报告"
    refused = Fetch(f"{HOST}/schools/2020", Outcome.BLOCKED, "403")
    store(engine, Visit(run.id, "quzhou", "document", refused, Link(refused.url, title, "c1"), year=2020))
    finish_run(engine, run.id, status="done")
    with writing(engine) as connection:
        started = datetime(2022, 2, 15, 1, 2, 3, tzinfo=UTC)
        connection.execute(update(tables.run).values(started_at=started))


def _pages() -> list[tuple[Reading, str]]:
    edited = OF_2019 | {"request.concluded": "7"}
    return [
        (_read(BUREAU, 2018, "2014", OF_2018, publisher="衢州市人民政府办公室"), "bureau/2018"),
        (_read(BUREAU, 2019, "2019", OF_2019), "bureau/2019"),
        (_read(BUREAU, 2019, "2019", edited), "bureau/2019"),
        (_read(BUREAU, 2020, "2019", edited), "bureau/2020"),
        (_read(BUREAU, 2021, "2021", OF_2021), "bureau/2021"),
        (_read(GOVERNMENT, 2018, "2014", {"request.received": "7"}, published_on="2019-04-02"), "government/2018"),
        (_read(GOVERNMENT, 2019, "2019", {"request.received": "8"}, published_on="2020-03-20"), "government/2019"),
        (_read(SCHOOLS, 2018, "2014", {}), "schools/2018"),
        (_read(SCHOOLS, 2019, None, {}), "schools/2019"),
    ]


def _read(agency: str, year: int, form: str | None, figures: Figures, **header: str) -> Reading:
    header = {"published_on": f"{year + 1}-01-20"} | header
    title = f"{agency}{year}年政府信息公开工作年度报告"
    report = Report(title, agency, year, form, header, tuple(_cells(form, figures)) if form else ())
    status = ReadingStatus.REPORT if form else ReadingStatus.NO_TABLE
    return Reading(status, report, check(report))


def _cells(form: str, figures: Figures) -> list[Observation]:
    """Every cell of a form, blank but for `figures`; those of an applicant where they are given."""
    codes = [row.indicator for row in catalog().forms[form].rows if row.indicator]
    keys = [*codes, *(key for key in figures if "[" in key)]
    missing = ABSENT if form == "2019" else ""
    return [_cell(key, figures.get(key), at) for at, key in enumerate(keys, 1) if key != missing]


def _cell(key: str, text: str | None, row: int) -> Observation:
    code, _, applicant = key.removesuffix("]").partition("[")
    number = text is not None and text[0].isdigit()
    value = Decimal(text) if text and number else None
    status = Status.BLANK if text is None else Status.REPORTED if number else Status.TEXT
    unit = catalog().indicators[code].unit_zh
    return Observation(code, applicant or TOTAL, value, status, unit, text or "", f"row {row}", Place(1, row, 3))
