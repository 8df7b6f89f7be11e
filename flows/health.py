"""`nianbao health`: which portals are well, which drift, which fail. Meant for monitoring as much as for people.

A portal *fails* when its last crawl broke off, its lists do not answer, or it had no success for too long. It *drifts*
when it answers and something is not as it was: clearly fewer links than in the runs before, a column without a link,
rows that no form has, new reports that contradict other years. Drift is where a site was rebuilt or a form changed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from statistics import median

from flows.schedule import in_season
from flows.settings import Settings
from flows.steps import choose
from schema.records import Outcome
from warehouse.engine import open_warehouse
from warehouse.health import PortalFacts, portal_facts

_YOUNG = timedelta(days=30)
_STALE_IN_SEASON, _STALE_AT_REST = timedelta(days=2), timedelta(days=9)  # nightly and weekly runs, and one that failed
_FEWER = 0.8  # of the links that the runs before found, in the middle
_ODD_SHARE, _ODD_LEAST = 0.3, 3  # of the new reports; single ones are what findings are for


class State(StrEnum):
    """How a portal is, the worst first."""

    FAILING = "failing"
    STALE = "stale"
    DRIFT = "drift"
    NEVER = "never"  # it was not crawled yet
    WELL = "well"


@dataclass(frozen=True, slots=True)
class Health:
    """One portal's line. `links` is what the last whole run found, None where there was none."""

    portal: str
    state: State
    last_success: datetime | None
    links: int | None
    reasons: tuple[str, ...]


def health(settings: Settings, portal_ids: Sequence[str], now: datetime | None = None) -> list[Health]:
    """The health of portals, of the live ones if none is named. Raises RegistryError and WarehouseError."""
    portals = [portal.id for portal in choose(settings.portals, portal_ids)]
    moment = now or datetime.now(UTC)
    engine = open_warehouse(settings.warehouse, create=False)
    try:
        return [judged(facts, moment) for facts in portal_facts(engine, portals, moment - _YOUNG)]
    finally:
        engine.dispose()


def judged(facts: PortalFacts, now: datetime) -> Health:
    """What the facts mean."""
    links = facts.found[0] if facts.found else None
    if facts.last_try is None:
        return Health(facts.portal_id, State.NEVER, None, None, ("no crawl yet",))
    failing, stale, drift = list(_failing(facts)), list(_stale(facts, now)), list(_drift(facts))
    state = State.FAILING if failing else State.STALE if stale else State.DRIFT if drift else State.WELL
    return Health(facts.portal_id, state, facts.last_success, links, (*failing, *stale, *drift))


def sick(found: Iterable[Health]) -> list[str]:
    """A line for each portal that is not well."""
    return [f"{one.portal}: {one.state}: {'; '.join(one.reasons)}" for one in found if one.state is not State.WELL]


def _failing(facts: PortalFacts) -> Iterator[str]:
    if facts.failure:
        yield f"its last crawl broke off: {facts.failure}"
    silent = [f"{outcome} at {url}" for url, outcome in facts.lists if outcome is not Outcome.EMPTY]
    if silent:
        yield f"{len(silent)} list pages do not answer: {silent[0]}"


def _stale(facts: PortalFacts, now: datetime) -> Iterator[str]:
    most = _STALE_IN_SEASON if in_season(now) else _STALE_AT_REST
    if facts.last_success is None:
        yield "no success yet"
    elif now - facts.last_success > most:
        yield f"no success for {(now - facts.last_success).days} days"


def _drift(facts: PortalFacts) -> Iterator[str]:
    newest, *before = facts.found or (0,)
    if before and newest < _FEWER * median(before):
        yield f"{newest} links, {median(before):g} before"
    if emptied := [url for url, outcome in facts.lists if outcome is Outcome.EMPTY]:
        yield f"{len(emptied)} columns without a link: {emptied[0]}"
    if facts.new_labels:
        yield f"{facts.new_labels} new rows that no form has: {', '.join(facts.labels)}"
    if facts.odd >= max(_ODD_LEAST, _ODD_SHARE * facts.young):
        yield f"{facts.odd} of {facts.young} new reports contradict other years"
