"""What the warehouse knows of how a portal fares: its last runs, its columns, what its newest reports are like."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, func, select

from schema.records import Outcome, Severity
from warehouse.results import Scope
from warehouse.tables import finding, local_row, page, portal_run, report, report_address, visit

_RUNS = 6  # the newest one, and those that it is compared with
_GOOD = (Outcome.FETCHED, Outcome.UNCHANGED)
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class PortalFacts:
    """One portal. `found` are the links of its last runs, the newest first, runs that broke off left out.

    `lists` are the list pages that did not answer as they should in the last run, with the outcome. `young` counts the
    standing reports that were first seen since a day that is told, and `odd` those of them that contradict other years.
    `labels` are rows of theirs that no form has and no older report of the portal had, `new_labels` how many; without
    an older report there are none.
    """

    portal_id: str
    last_try: datetime | None
    last_success: datetime | None
    failure: str
    found: tuple[int, ...]
    lists: tuple[tuple[str, Outcome], ...]
    young: int
    odd: int
    new_labels: int
    labels: tuple[str, ...]


def portal_facts(engine: Engine, portal_ids: Sequence[str], since: datetime) -> list[PortalFacts]:
    """The facts of portals; reports first seen from `since` on are the young ones."""
    with engine.connect() as connection:
        return [_facts(connection, portal_id, since) for portal_id in portal_ids]


def _facts(connection: Connection, portal_id: str, since: datetime) -> PortalFacts:
    here = portal_run.c.portal_id == portal_id
    runs = connection.execute(select(portal_run).where(here).order_by(portal_run.c.run_id.desc()).limit(_RUNS)).all()
    shown = _shown(portal_id)
    young = and_(shown, report.c.valid_from >= since)
    labels = list(connection.scalars(_new_labels(shown, young, since)))
    return PortalFacts(
        portal_id,
        runs[0].ended_at if runs else None,
        connection.execute(_last_success(portal_id)).scalar_one(),
        runs[0].failure if runs else "",
        tuple(row.found for row in runs if not row.failure),
        tuple(connection.execute(_bad_lists(portal_id, runs[0].run_id if runs else 0)).tuples()),
        connection.execute(select(func.count()).select_from(report).where(young)).scalar_one(),
        connection.execute(_odd(young)).scalar_one(),
        len(labels),
        tuple(labels[:_EXAMPLES]),
    )


def _last_success(portal_id: str) -> Select[Any]:
    """The last run of the portal that came to its end, and in which a page of it answered."""
    answered = select(visit.c.id).join(page, visit.c.page_id == page.c.id)
    answered = answered.where(visit.c.run_id == portal_run.c.run_id, page.c.portal_id == portal_id)
    good = answered.where(visit.c.outcome.in_(_GOOD)).correlate(portal_run).exists()
    return select(func.max(portal_run.c.ended_at)).where(
        portal_run.c.portal_id == portal_id, portal_run.c.failure == "", good
    )


def _bad_lists(portal_id: str, run_id: int) -> Select[Any]:
    bad = select(page.c.url, page.c.outcome).where(page.c.portal_id == portal_id, page.c.kind == "list")
    return bad.where(page.c.run_id == run_id).where(page.c.outcome.not_in(_GOOD)).order_by(page.c.url)


def _shown(portal_id: str) -> ColumnElement[bool]:
    addresses = select(report_address.c.report_id).where(report_address.c.portal_id == portal_id)
    return and_(report.c.is_current, report.c.id.in_(addresses.where(report_address.c.left_at.is_(None))))


def _odd(young: ColumnElement[bool]) -> Select[Any]:
    told = select(finding.c.report_id).where(
        finding.c.scope == Scope.CROSS_YEAR, finding.c.severity.in_((Severity.ERROR, Severity.WARNING))
    )
    return select(func.count()).select_from(report).where(young, report.c.id.in_(told))


def _new_labels(shown: ColumnElement[bool], young: ColumnElement[bool], since: datetime) -> Select[Any]:
    joined = select(local_row.c.label).join(report, local_row.c.report_id == report.c.id)
    older = and_(shown, report.c.valid_from < since)
    known = select(report.c.id).where(older).exists()
    new = joined.where(young, local_row.c.label.not_in(joined.where(older)), known)
    return new.distinct().order_by(local_row.c.label)
