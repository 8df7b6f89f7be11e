"""Random histories of a few pages, for what must come out the same by two ways."""

from dataclasses import dataclass, replace

from hypothesis import strategies as st
from sqlalchemy import delete, select

from schema.records import Finding, LocalRow, Outcome, Place, Reading, ReadingStatus, Severity
from tests.warehouse.build import PORTALS, failed, observation, reading, report, visit
from tests.warehouse.content import content
from warehouse import tables
from warehouse.corrections import put_corrections
from warehouse.corrections_file import Correction
from warehouse.engine import Engine, writing
from warehouse.ledger import register_portals, start_run
from warehouse.load import Visit
from warehouse.results import Expect

LISTS = {"dimension", "form", "form_row", "indicator", "info", "region", "series_definition", "series_term"}
DIARY = select(
    tables.page.c.url,
    tables.visit.c.visited_at,
    tables.capture.c.digest,
    *(tables.visit.c[name] for name in ("outcome", "reading", "reason", "result")),
    tables.report.c.title,
    tables.report.c.valid_from,
    tables.report.c.valid_to,
)
ROW = LocalRow("其他行", ("1", ""), Place(1, 90, 1))
DOUBT = Finding("sum", Severity.ERROR, "3 and 4", (("proactive.total", "total"),))
WRONG = Correction("甲局", 2021, "request.received", "total", "1000", None, "slipped", Expect.PRINTED)


@dataclass(frozen=True)
class Event:
    """What a page shows on a day."""

    page: int
    day: int
    what: str


WHATS = st.sampled_from(["甲1", "甲2", "甲1", "乙1", "乙2", "甲3", "none", "nameless", "unreadable", "same", "gone"])
EVENTS = st.lists(st.builds(Event, st.integers(1, 4), st.integers(0, 9), WHATS), min_size=1, max_size=9)


def made(event: Event, run_id: int, code: str = "") -> Visit:
    """The visit; odd pages are of 2022, even ones of 2021. Each page gives its agency a code of its own, or `code`."""
    url = f"http://www.qz.gov.cn/{event.page}.html"
    if event.what in ("same", "gone"):
        return failed(run_id, Outcome.UNCHANGED if event.what == "same" else Outcome.NOT_FOUND, url)
    made = visit(run_id, read(event, code), url, event.day)
    return replace(made, year=2021) if event.page == 1 else made


def read(event: Event, code: str = "") -> Reading:
    """What the page reads as."""
    if event.what == "unreadable":
        return Reading(ReadingStatus.UNREADABLE, reason="torn")
    digit = event.what[-1] if event.what[-1].isdecimal() else "9"
    figures = {"request.received": f"{digit}000", "request.carried_out": digit, "request.carried_in": "1"}
    said = report(
        form="2021",
        agency=None if event.what == "nameless" else f"{event.what[0]}局",
        year=2021 + event.page % 2,
        title=event.what,
        credit_code=code or f"code of {event.page}",
        region="330800" if code else f"33080{event.page}",
        observations=tuple(observation(code, value) for code, value in figures.items()),
        local_rows=(ROW,) * (event.page % 3),
    )
    status = ReadingStatus.NOT_REPORT if event.what == "none" else ReadingStatus.REPORT
    return reading(said, status, findings=(DOUBT,) * (event.day % 2))


def emptied(engine: Engine) -> int:
    """Let the warehouse hold the portals, the corrections and one run; the run's id."""
    with writing(engine) as connection:
        for table in reversed(tables.metadata.sorted_tables):
            if table.name not in LISTS:
                connection.execute(delete(table))
    register_portals(engine, PORTALS)
    put_corrections(engine, [WRONG])
    return start_run(engine, command="crawl", portals=["quzhou"], years=[]).id


def told(engine: Engine) -> tuple[list[str], list[object]]:
    """All that the warehouse says, the visits included."""
    with engine.connect() as connection:
        diary = DIARY.select_from(tables.visit).join(tables.page).outerjoin(tables.report)
        diary = diary.outerjoin(tables.capture, tables.visit.c.capture_id == tables.capture.c.id)
        rows = connection.execute(diary.order_by(tables.page.c.url, tables.visit.c.id)).all()
    # When a visit brought nothing is the clock's to say.
    return content(engine), [row if row.digest else (row.url, *row[2:]) for row in rows]
