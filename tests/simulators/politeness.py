"""The contract of a polite crawl, proved from what a portal saw: its access log and the answers that it gave.

Nothing of the crawler's own judgement is used here: robots.txt is read with the standard library, and a refusal or a
challenge is what the portal meant as one.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.robotparser import RobotFileParser

from tests.extractors.loopback import JITTER, Asked, Reply
from tests.simulators.faults import JIASULE, RUISHU
from tests.simulators.site import Answer

# Seconds by which a busy machine may see one request late. Then the time from the one before it to the one after it is
# that of two gaps all the same; after a longer pause nothing is excused.
SEEN_LATE = 0.25
REFUSALS = (403, 412, 429, 521)


@dataclass(frozen=True)
class Entry:
    """A line of the access log: the request, and what it was answered."""

    asked: Asked
    reply: Reply

    @property
    def is_refusal(self) -> bool:
        return self.reply.status in REFUSALS

    @property
    def is_challenge(self) -> bool:
        return self.reply.body in (RUISHU, JIASULE)


class Witness:
    """A fault that spoils nothing and writes the access log. It belongs outermost."""

    def __init__(self) -> None:
        self.log: list[Entry] = []

    def __call__(self, asked: Asked, answer: Answer) -> Reply:
        reply = answer(asked)
        self.log.append(Entry(asked, reply))
        return reply


def check(log: Sequence[Entry], *, gap: float, cool_down: float) -> None:
    """Assert that no request came under the gap or before a host was free again, after a stop, or against robots."""
    assert log, "nothing was asked for"
    assert log[0].asked.path == "/robots.txt", f"{log[0].asked.target} before robots.txt"
    _check_gaps(log, gap)
    _check_stop(log)
    _check_cool_down(log, cool_down)
    _check_robots(log)


def _check_gaps(log: Sequence[Entry], gap: float) -> None:
    before = float("inf")  # from the request before the earlier one
    for earlier, later in itertools.pairwise(log):
        least = max(gap, float(earlier.reply.headers.get("Retry-After", 0)))
        passed = later.asked.at - earlier.asked.at
        seen_late = before < gap + SEEN_LATE and before + passed >= gap + least - JITTER
        assert seen_late or passed >= least - JITTER, f"{later.asked.target} came {passed:.3f} s after the one before"
        before = passed


def _check_stop(log: Sequence[Entry]) -> None:
    refusals = 0
    for entry in log[:-1]:
        refusals += entry.is_refusal
        assert refusals < 3, f"asked again after {refusals} refusals"
        assert not entry.is_challenge, "asked again after a challenge"


def _check_cool_down(log: Sequence[Entry], cool_down: float) -> None:
    second = next(itertools.islice((place for place, entry in enumerate(log) if entry.is_refusal), 1, None), None)
    if second is not None and second + 1 < len(log):
        assert log[second + 1].asked.at - log[second].asked.at >= cool_down - JITTER, "no cool-down"


def _check_robots(log: Sequence[Entry]) -> None:
    text = log[0].reply.body if log[0].reply.status == 200 else ""
    rules = RobotFileParser()
    rules.parse((text if isinstance(text, str) else text.decode()).splitlines())
    for entry in log[1:]:
        assert rules.can_fetch("nianbao", entry.asked.target), f"{entry.asked.target} against robots.txt"
    _check_gaps(log[1:], float(rules.crawl_delay("nianbao") or 0))
