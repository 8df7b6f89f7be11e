"""What a run did, counted from its visits: of each portal, and what was refused there and why."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, func, select

from schema.records import IN_ATTACHMENT, Outcome, ReadingStatus, Severity
from warehouse.corrections import stale_corrections, waiting_corrections
from warehouse.engine import reading
from warehouse.results import LoadResult
from warehouse.tables import finding, page, report, run, visit

_GOOD = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
_LOADED = frozenset({LoadResult.NEW, LoadResult.REVISED})
_OF_VISIT = ("outcome", "detail", "reading", "reason", "result")


@dataclass(frozen=True, slots=True)
class Refused:
    """A page that gave no table: where it stopped (an outcome, or what it reads as) and why."""

    url: str
    title: str
    status: Outcome | ReadingStatus
    reason: str


@dataclass(frozen=True, slots=True)
class PortalSummary:
    """One portal in one run.

    `links` counts the documents visited; `lists` and `visits` the visits to list pages and to documents, by
    outcome; `readings` what the documents read as, an unchanged one as it read before; `reports` what
    came of loading them. `observations` and `findings` are those of the reports that are new or revised.
    """

    portal: str
    links: int
    lists: Mapping[Outcome, int]
    visits: Mapping[Outcome, int]
    readings: Mapping[ReadingStatus, int]
    reports: Mapping[LoadResult, int]
    observations: int
    findings: Mapping[Severity, int]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """All portals of a run, in the order in which they were asked for, and how the corrections fare.

    `stale` has a line for each correction in the warehouse, whatever run loaded its report, that no longer fits;
    `waiting` names the reports, agency and year, that are to be corrected and are not here.
    """

    run_id: int
    portals: tuple[PortalSummary, ...]
    stale: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


def summary(engine: Engine, run_id: int) -> RunSummary:
    """Count what a run did so far. A portal that was asked for is there even if it was never visited.

    Raises WarehouseError.
    """
    with reading(engine) as connection:
        portals = connection.execute(select(run.c.portals).where(run.c.id == run_id)).scalar_one()
        counted = tuple(_portal(connection, run_id, portal) for portal in portals)
        return RunSummary(run_id, counted, tuple(stale_corrections(connection)), tuple(waiting_corrections(connection)))


def _portal(connection: Connection, run_id: int, portal: str) -> PortalSummary:
    rows = connection.execute(_visits(run_id, portal)).mappings().all()
    documents = [row for row in rows if row["kind"] == "document"]
    loaded = _loaded(run_id, portal)
    observations = select(func.coalesce(func.sum(report.c.cells), 0)).where(report.c.id.in_(loaded))
    findings = select(finding.c.severity, func.count()).where(finding.c.report_id.in_(loaded))
    return PortalSummary(
        portal=portal,
        links=len({row["url"] for row in documents}),
        lists=Counter(row["outcome"] for row in rows if row["kind"] == "list"),
        visits=Counter(row["outcome"] for row in documents),
        readings=Counter(row["reading"] for row in documents if row["reading"]),
        reports=Counter(LoadResult(row["result"]) for row in documents),
        observations=connection.execute(observations).scalar_one(),
        findings=dict(connection.execute(findings.group_by(finding.c.severity)).tuples().all()),
        refused=tuple(_refused(rows)),
    )


def _visits(run_id: int, portal: str) -> Select[Any]:
    seen = select(page.c.kind, page.c.url, page.c.title, *(visit.c[name] for name in _OF_VISIT))
    ours = seen.join(page, visit.c.page_id == page.c.id).where(visit.c.run_id == run_id)
    return ours.where(page.c.portal_id == portal).order_by(visit.c.id)


def _loaded(run_id: int, portal: str) -> Select[tuple[int | None]]:
    reports = select(visit.c.report_id).join(page, visit.c.page_id == page.c.id)
    return reports.where(visit.c.run_id == run_id, page.c.portal_id == portal, visit.c.result.in_(_LOADED))


def _refused(rows: Sequence[RowMapping]) -> Iterator[Refused]:
    for row in rows:
        if row["outcome"] not in _GOOD:
            yield Refused(row["url"], row["title"], row["outcome"], row["detail"])
        elif row["reading"] and not _gave_table(row):
            yield Refused(row["url"], row["title"], row["reading"], row["reason"])


def _gave_table(row: RowMapping) -> bool:
    # A report that does not say whose it is rests in quarantine: it reads as a report and loads as nothing.
    loaded = row["reading"] is ReadingStatus.REPORT and row["result"] != LoadResult.KEPT
    return loaded or bool(row["reason"] == IN_ATTACHMENT)  # the file that has it is told for itself
