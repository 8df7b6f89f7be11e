"""When a known page is asked for again.

Agencies publish by the end of January and by the end of March (Regulations on Open Government Information, article
49), and edit afterwards without saying so. So reports are visited every night of the season and rarely in the rest of
the year; what is no report, or has gone for good, rarely at any time. What failed is tried in every run.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from schema.calendar import in_china
from schema.records import Outcome, ReadingStatus
from warehouse.ledger import PageState

_SEASON = range(1, 5)  # January to April
_A_NIGHT = timedelta(hours=20)  # since the last try: a nightly run may begin somewhat sooner than the one before
_THERE = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
_UNREAD = frozenset({None, ReadingStatus.BLOCKED, ReadingStatus.UNREADABLE})


def in_season(now: datetime) -> bool:
    """Whether agencies publish at this time of the year."""
    return in_china(now).month in _SEASON


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which pages are due at `now`. `rest` is the time between two visits outside the season.

    With `again` all are due, with `missing` those of which nothing was read yet.
    """

    now: datetime
    rest: timedelta
    again: bool = False
    missing: bool = False

    def is_due(self, state: PageState | None) -> bool:
        """Whether to ask for a page of which the ledger knows this; None for one that it has never seen."""
        if self.again or state is None:
            return True
        if self.missing:
            return state.reading in _UNREAD and state.outcome is not Outcome.GONE
        if state.outcome in _THERE:
            is_report = state.reading in (ReadingStatus.REPORT, ReadingStatus.NO_TABLE)
            return self._rested(state, _A_NIGHT if is_report and in_season(self.now) else self.rest)
        return state.outcome is not Outcome.GONE or self._rested(state, self.rest)

    def _rested(self, state: PageState, wait: timedelta) -> bool:
        return self.now - state.last_tried >= min(wait, self.rest)
