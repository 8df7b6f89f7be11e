"""What a backfill will take, told before it starts: requests, and the time at the polite pace.

It is counted from the ledger, without asking anybody. Lists are read anew, so links that nobody has seen yet are not in
it; a portal that was never crawled can be told of by its columns alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain

from extractors.http import Politeness
from extractors.registry import Portal
from flows.schedule import Schedule
from flows.settings import Settings
from flows.steps import choose, lanes
from warehouse.engine import Engine, open_warehouse
from warehouse.ledger import page_states
from warehouse.waiting import known_of

_ANSWER = 0.5  # seconds that a page takes beside the gap, at a portal that is not slow


@dataclass(frozen=True, slots=True)
class Estimate:
    """One portal: list pages and documents to ask for, the gap between two requests, and whether links are unknown."""

    portal: str
    lists: int
    documents: int
    gap: float
    is_new: bool

    @property
    def seconds(self) -> float:
        """How long it takes alone; robots.txt is one more request."""
        return (1 + self.lists + self.documents) * (self.gap + _ANSWER)


@dataclass(frozen=True, slots=True)
class Plan:
    """All portals of a backfill. `seconds` is the time of the slowest lane: lanes go side by side."""

    portals: tuple[Estimate, ...]
    seconds: float

    def lines(self) -> Iterator[str]:
        """The plan for people."""
        lists, documents = (sum(getattr(one, name) for one in self.portals) for name in ("lists", "documents"))
        took = timedelta(seconds=round(self.seconds))
        yield f"{len(self.portals)} portals: {lists} list pages and {documents} documents to ask for; about {took}"
        if unknown := [one.portal for one in self.portals if one.is_new]:
            some = ", ".join(unknown[:5]) + (" ..." if len(unknown) > 5 else "")
            yield f"not crawled yet, so their links are not counted: {len(unknown)} portals ({some})"


def estimate(settings: Settings, year: int, portal_ids: Sequence[str], *, again: bool) -> Plan:
    """What a backfill of a year will take. Raises RegistryError and WarehouseError."""
    engine = open_warehouse(settings.warehouse)
    try:
        ways = [[_estimate(engine, one, year, again=again) for one in way] for way in _ways(settings, portal_ids)]
    finally:
        engine.dispose()
    return Plan(tuple(chain.from_iterable(ways)), max(sum(one.seconds for one in way) for way in ways))


def _ways(settings: Settings, portal_ids: Sequence[str]) -> list[list[Portal]]:
    return lanes(choose(settings.portals, portal_ids))


def _estimate(engine: Engine, portal: Portal, year: int, *, again: bool) -> Estimate:
    known, states = known_of(engine, portal.id, year), page_states(engine, portal.id)
    schedule = Schedule(datetime.now(UTC), timedelta(days=portal.revisit_days), again, missing=not again)
    due = sum(schedule.is_due(states.get(url)) for url in known.documents)
    gap = portal.gap if portal.private else max(portal.gap, Politeness().gap)
    return Estimate(portal.id, known.list_pages or len(portal.columns), due, gap, not known.was_crawled)
