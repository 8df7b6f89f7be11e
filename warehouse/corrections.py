"""Apply corrections to the figures, and say on the reports which were applied and which no longer fit.

A correction goes to every content of its agency and year whose cell prints the text it is about, be it current or
an earlier one. The row of `observation` keeps that text, and value and status as read; a row of `corrected` stands
beside it with the right ones. Whatever changes a figure has the rules on its report evaluated again. The content
digest is of what the page says, so a correction makes no revision.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Engine,
    Insert,
    Integer,
    RowMapping,
    Select,
    and_,
    delete,
    insert,
    literal,
    select,
)

from schema.catalog import catalog
from schema.checks import check
from schema.records import Finding, Report, Severity, Status
from warehouse.codes import Codes
from warehouse.corrections_file import Correction
from warehouse.engine import take_turn, writing
from warehouse.findings import replace_findings, replace_rules
from warehouse.history import compare_years
from warehouse.results import Expect, Scope
from warehouse.rows import read_figures
from warehouse.tables import agency, corrected, correction, finding, observation, report

CORRECTED = "corrected"  # rule of the finding that a figure is not the one the page prints
_KEY = ("report_id", "indicator_id", "applicant_id")
STALE = "correction_stale"  # rule of the finding that a correction is about a report that says something else


def put_corrections(engine: Engine, corrections: Iterable[Correction]) -> None:
    """Let these be the corrections, and bring every figure to what follows from them, in one transaction."""
    wanted = [asdict(one) for one in corrections]
    with writing(engine) as connection:
        take_turn(connection)
        concerned = _concerned(connection, {(one["agency"], one["year"]) for one in wanted})
        for agency_id, year in concerned:
            _undo(connection, _contents(agency_id, year))
        connection.execute(delete(correction))
        if wanted:
            connection.execute(insert(correction), wanted)
        for agency_id, year in concerned:
            correct(connection, agency_id, year)
        compare_years(connection, {agency_id for agency_id, _ in concerned})


def correct(connection: Connection, agency_id: int, year: int) -> None:
    """Apply the corrections of an agency and year to all its contents, instead of what was applied before.

    Which content is current must be settled, and the agency's row locked.
    """
    contents = _contents(agency_id, year)
    _undo(connection, contents)
    listed = connection.execute(_listed(agency_id, year)).mappings().all()
    for one in listed:
        _apply(connection, contents, one)
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    for one in listed:
        for report_id, said in _findings(connection, contents, one):
            found[report_id].append(said)
    replace_findings(connection, connection.scalars(contents).all(), Scope.CORRECTION, found)


def to_correct(connection: Connection, pairs: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of the agencies and years that a correction is about."""
    listed = select(agency.c.id, correction.c.year).distinct().join(agency, agency.c.name == correction.c.agency)
    return sorted(pair for pair in connection.execute(listed).tuples() if pair in pairs)


def stale_corrections(connection: Connection) -> Iterator[str]:
    """A line for each correction that no longer fits the current report."""
    told = select(agency.c.name, report.c.year, finding.c.message).select_from(finding).join(report).join(agency)
    of_current = told.where(report.c.is_current, finding.c.scope == Scope.CORRECTION, finding.c.rule == STALE)
    for row in connection.execute(of_current.order_by(agency.c.name, report.c.year, finding.c.id)):
        yield f"{row.name} {row.year} {row.message}"


def waiting_corrections(connection: Connection) -> Iterator[str]:
    """The reports, by agency and year, that are to be corrected and are not here: not loaded, or a name misspelt."""
    current = select(report.c.id).join(agency).where(agency.c.name == correction.c.agency, report.c.is_current)
    here = current.where(report.c.year == correction.c.year).exists()
    named = select(correction.c.agency, correction.c.year).distinct().where(~here)
    for row in connection.execute(named.order_by(correction.c.agency, correction.c.year)):
        yield f"{row.agency} {row.year}"


def _concerned(connection: Connection, wanted: set[tuple[str, int]]) -> list[tuple[int, int]]:
    """The known agencies by id, with the years, that corrections are about or were about; locked in order."""
    before = connection.execute(select(correction.c.agency, correction.c.year)).tuples()
    pairs = wanted.union(before)
    named = select(agency.c.name, agency.c.id).where(agency.c.name.in_({name for name, _ in pairs}))
    ids = dict(connection.execute(named.order_by(agency.c.id).with_for_update()).tuples().all())
    return sorted((ids[name], year) for name, year in pairs if name in ids)


def _contents(agency_id: int, year: int) -> Select[tuple[int]]:
    return select(report.c.id).where(report.c.agency_id == agency_id, report.c.year == year)


def _listed(agency_id: int, year: int) -> Select[tuple[object, ...]]:
    of_agency = select(correction).join(agency, agency.c.name == correction.c.agency).where(agency.c.id == agency_id)
    return of_agency.where(correction.c.year == year).order_by(correction.c.indicator, correction.c.applicant)


def _undo(connection: Connection, contents: Select[tuple[int]]) -> None:
    """Let the figures be as they were read."""
    _change(connection, delete(corrected).where(corrected.c.report_id.in_(contents)))


def _apply(connection: Connection, contents: Select[tuple[int]], one: RowMapping) -> None:
    status = Status.TEXT if one["value"] is None else Status.REPORTED
    right = (
        literal(one["value"], corrected.c.value.type),
        literal(status, corrected.c.status.type),
        literal(one["id"], Integer),
    )
    prints_it = (*_cell(connection, contents, one), observation.c.raw == one["was"])
    cells = select(*(observation.c[name] for name in _KEY), *right).where(*prints_it)
    _change(connection, insert(corrected).from_select([*_KEY, "value", "status", "correction_id"], cells))


def _cell(connection: Connection, contents: Select[tuple[int]], one: RowMapping) -> tuple[ColumnElement[bool], ...]:
    codes = Codes.of(connection)
    return (
        observation.c.report_id.in_(contents),
        observation.c.indicator_id == codes.indicators[one["indicator"]],
        observation.c.applicant_id == codes.applicants[one["applicant"]],
    )


def _change(connection: Connection, statement: Delete | Insert) -> None:
    """Change what stands in place of figures, and let the rules speak of the reports as they are then."""
    changed = set(connection.scalars(statement.returning(corrected.c.report_id)))
    rules = [rule.name for rule in catalog().rules if rule.scope == "report"]
    for report_id, figures in read_figures(connection, changed).items():
        form = connection.execute(select(report.c.form).where(report.c.id == report_id)).scalar_one()
        replace_rules(connection, report_id, rules, check(Report("", None, None, form, {}, figures)))


def _findings(connection: Connection, contents: Select[tuple[int]], one: RowMapping) -> Iterator[tuple[int, Finding]]:
    """What a correction has to say, with the report to say it on."""
    same_cell = and_(*(corrected.c[name] == observation.c[name] for name in _KEY))
    cells = select(observation.c.report_id, observation.c.raw, corrected.c.correction_id)
    cells = cells.outerjoin_from(observation, corrected, same_cell).where(*_cell(connection, contents, one))
    raws: dict[int, str] = {}
    for row in connection.execute(cells.order_by(observation.c.report_id)):
        raws[row.report_id] = row.raw
        if row.correction_id is not None:
            yield row.report_id, _finding(one, CORRECTED, Severity.INFO, _corrected(one))
    current = connection.scalar(contents.where(report.c.is_current))
    if current is not None and (why := _stale(one, raws.get(current))):
        yield current, _finding(one, STALE, Severity.ERROR, why)


def _corrected(one: RowMapping) -> str:
    right = "no value can be known" if one["value"] is None else f"{one['value']:f} is right"
    return f"the page prints '{one['was']}', {right}: {one['reason']}"


def _stale(one: RowMapping, raw: str | None) -> str:
    """Why a correction does not fit the current report, which prints `raw` (None: it has no such cell)."""
    if raw is None:
        return "not applied, since the report has no such cell"
    if one["expect"] is Expect.PRINTED and raw != one["was"]:
        return f"not applied, since the page prints '{raw}' where '{one['was']}' was expected"
    if one["expect"] is Expect.FIXED and raw == one["was"]:
        return f"applied, but the page prints '{raw}' again, which was expected to be fixed"
    return ""


def _finding(one: RowMapping, rule: str, severity: Severity, message: str) -> Finding:
    cell = (one["indicator"], one["applicant"])
    return Finding(rule, severity, f"{' '.join(cell)}: {message}", (cell,))
