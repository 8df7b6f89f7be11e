"""When a host may be asked again, and whether it may be asked at all.

The gap is kept between the starts of any two requests to a host, be they retries, redirects or robots.txt, each
counted from when it was sent and not from when the connection for it was begun.
A host that refuses us twice is left alone for a while; one that refuses three times, or wants a browser to
prove itself, or does not answer at all to several visits in a row, is not asked again in this run.
"""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from extractors.http.turns import Turns
from schema.records import Outcome

COOL_DOWN_AFTER, STOP_AFTER = 2, 3  # refusals
SILENT_AFTER = 5  # visits in a row without an answer, each with its retries: the host is down, not one page of it

_OWN = Turns()  # of all sessions of this process that are given no pacing


@dataclass(slots=True)
class _Host:
    refusals: int = 0
    silences: int = 0
    stop: tuple[Outcome, str] | None = None


class Pacing:
    """What is known of every host in one run, for all of its sessions; safe for threads.

    `turns` are those that other runs on this machine keep as well; without them the gap is kept by the sessions
    of this process alone.
    """

    def __init__(self, turns: Turns | None = None) -> None:
        self._turns = turns or _OWN
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def wait(self, host: str, gap: float) -> None:
        """Sleep until it is our turn, and take it: the next one comes `gap` seconds later."""
        self._turns.wait(host, gap)

    def hold(self, host: str, seconds: float) -> None:
        """Let the next turn be no sooner than `seconds` from now."""
        self._turns.hold(host, seconds)

    def refused(self, host: str, why: str, cool_down: float) -> None:
        """Count a refusal; after the second the host is left alone for `cool_down` seconds."""
        with self._lock:
            state = self._of(host)
            state.refusals += 1
            refusals = state.refusals
        if refusals == COOL_DOWN_AFTER:
            self.hold(host, cool_down)
        if refusals >= STOP_AFTER:
            self.stop(host, Outcome.BLOCKED, f"{refusals} refusals, the last: {why}")

    def silent(self, host: str, outcome: Outcome, why: str) -> None:
        """Count a visit that brought no answer."""
        with self._lock:
            state = self._of(host)
            state.silences += 1
            silences = state.silences
        if silences >= SILENT_AFTER:
            self.stop(host, outcome, f"{silences} visits in a row without an answer, the last: {why}")

    def answered(self, host: str) -> None:
        """Take note that the host is there."""
        with self._lock:
            self._of(host).silences = 0

    def stop(self, host: str, outcome: Outcome, why: str) -> None:
        """Ask the host no more; the first reason is the one that stays."""
        with self._lock:
            state = self._of(host)
            state.stop = state.stop or (outcome, why)

    def stopped(self, host: str) -> tuple[Outcome, str] | None:
        """How a visit ends to a host that is not asked any more, and why; None while it is."""
        with self._lock:
            return self._of(host).stop

    def _of(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host())


def retry_after(value: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, by number or by date (RFC 9110, 10.2.3).

    None when there is no such wish or nobody can read it; a date that has passed is 0.
    """
    if value.strip().isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())
