"""When a host may be asked again, and whether it may be asked at all.

The gap is kept between the starts of any two requests to a host, be they retries, redirects or robots.txt.
A host that refuses us twice is left alone for a while; one that refuses three times, or wants a browser to
prove itself, is not asked again in this session.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

COOL_DOWN_AFTER, STOP_AFTER = 2, 3  # refusals


@dataclass(slots=True)
class _Host:
    free_at: float = 0.0  # on the monotonic clock
    refusals: int = 0
    stopped: str = ""


class Pacing:
    """The turns of every host of one session. `cool_down` is in seconds."""

    def __init__(self, cool_down: float) -> None:
        self._cool_down = cool_down
        self._hosts: dict[str, _Host] = {}

    def wait(self, host: str, gap: float) -> None:
        """Sleep until it is our turn, and take it: the next one comes `gap` seconds later."""
        state = self._of(host)
        while (left := state.free_at - time.monotonic()) > 0:
            time.sleep(left)
        state.free_at = time.monotonic() + gap

    def hold(self, host: str, seconds: float) -> None:
        """Let the next turn be no sooner than `seconds` from now."""
        state = self._of(host)
        state.free_at = max(state.free_at, time.monotonic() + seconds)

    def refused(self, host: str, why: str) -> None:
        """Count a refusal."""
        state = self._of(host)
        state.refusals += 1
        if state.refusals == COOL_DOWN_AFTER:
            self.hold(host, self._cool_down)
        if state.refusals >= STOP_AFTER:
            self.stop(host, f"{state.refusals} refusals, the last: {why}")

    def stop(self, host: str, why: str) -> None:
        """Ask the host no more; the first reason is the one that stays."""
        state = self._of(host)
        state.stopped = state.stopped or why

    def stopped(self, host: str) -> str:
        """Why the host is not asked any more; empty while it is."""
        return self._of(host).stopped

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
