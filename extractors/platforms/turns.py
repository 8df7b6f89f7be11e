"""A list that is asked for page by page from its entry to its end, whatever a platform calls its pages.

A page that fails in the middle does not end the list where the platform can tell the page after it. What came but
is no page of the list, and a page that only repeats, is a stub: the list must not look complete then.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from extractors.outcomes import jump_target
from schema.records import Fetch, Link, ListPage, Outcome

if TYPE_CHECKING:
    from extractors.http import PoliteSession

Place = TypeVar("Place", int, str)  # how a platform calls a page: by its number or by its address

_MOST_PAGES = 1000
_MOST_MISSES, _MOST_JUMPS = 2, 3


@dataclass(frozen=True, slots=True)
class Turn(Generic[Place]):
    """One page as its platform reads it.

    `links` is None for what is no page of the list. `total` counts the records of the whole list as the portal says,
    0 when it does not; `nameless` those of this page without an address. `following` is the next page, None for none.
    """

    fetch: Fetch
    links: tuple[Link, ...] | None
    following: Place | None = None
    total: int = 0
    nameless: int = 0


@dataclass(slots=True)
class _Progress:
    """How far a list has been read. The greatest total counts: it may grow meanwhile, and deep pages may be old."""

    seen: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)  # by digest: from another address a page seems to have other links
    nameless: int = 0
    total: int = 0
    misses: int = 0  # in a row

    def take(self, turn: Turn[Place]) -> ListPage:
        """The page with the links that no page before it had, and a word on how far the list is read by then."""
        if turn.fetch.outcome is not Outcome.FETCHED or turn.links is None:
            self.misses += 1
            return ListPage(_missed(turn.fetch), ())
        before, fresh = self._count, self._fresh(turn)
        repeats = self._count == before and bool(turn.links or turn.nameless)
        self.misses = self.misses + 1 if repeats else 0
        self.total = max(turn.total, self.total)
        said = (turn.fetch.detail, "repeats the records of earlier pages" if repeats else "", *self._counted())
        outcome = Outcome.STUB if repeats else Outcome.FETCHED
        return ListPage(replace(turn.fetch, outcome=outcome, detail="; ".join(filter(None, said))), fresh)

    def _fresh(self, turn: Turn[Place]) -> tuple[Link, ...]:
        """The links that are new; none of a page that came before, whatever address it came from this time."""
        digest = turn.fetch.capture.digest if turn.fetch.capture else ""
        if digest in self.bodies:
            return ()
        fresh = tuple(link for link in turn.links or () if link.url not in self.seen)
        self.bodies.add(digest)
        self.seen |= {link.url for link in fresh}
        self.nameless += turn.nameless
        return fresh

    @property
    def complete(self) -> bool:
        """Whether all records are there. With more of them than the portal says, its total proves nothing."""
        return 0 < self.total == self._count

    @property
    def _count(self) -> int:
        return len(self.seen) + self.nameless

    def _counted(self) -> tuple[str, str]:
        known = f"{len(self.seen)} of {self.total} records by now" if self.total else ""
        return known, f"{self.nameless} without an address" if self.nameless else ""


def entry(address: str, session: PoliteSession) -> Generator[ListPage, None, Fetch]:
    """Give the page at which a column's address ends; yield those that only send on, as after a column was moved."""
    fetch = session.get(address)
    for _ in range(_MOST_JUMPS):
        if target := jump_target(fetch):
            yield ListPage(replace(fetch, outcome=Outcome.FETCHED, detail=f"sends on to {target}"), ())
            fetch = session.get(target)
    return fetch


def in_turn(first: Place, ask: Callable[[Place], Turn[Place]]) -> Iterator[ListPage]:
    """Ask for one page after the other, each once, and yield each with the links that are new on it.

    The list ends with the last page, with all records that the portal says it has, or with the second page in a row
    that does not come or brings only what was there before.
    """
    progress, asked = _Progress(), set[Place]()
    place: Place | None = first
    while place is not None and place not in asked and len(asked) < _MOST_PAGES:
        asked.add(place)
        turn = ask(place)
        yield progress.take(turn)
        if progress.complete or progress.misses == _MOST_MISSES:
            return
        place = turn.following


def _missed(fetch: Fetch) -> Fetch:
    if fetch.outcome is not Outcome.FETCHED:
        return fetch
    return replace(fetch, outcome=Outcome.STUB, detail=fetch.detail or "what came is no page of the list")
