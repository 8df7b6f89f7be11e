"""What a host's robots.txt allows us (RFC 9309), from how the visit to it ended.

No robots.txt allows everything. One that cannot be had, because the server fails or refuses, forbids
everything for this session, and the visits that are not made are named by that failure: it is the reason
to look into, not a rule of the host.
"""

from dataclasses import dataclass

from protego import Protego

from extractors.documents.decode import decode
from schema.records import Capture, Fetch, Outcome

_UNKNOWN = frozenset(
    {Outcome.BLOCKED, Outcome.CHALLENGE, Outcome.TOO_LARGE, Outcome.TIMEOUT, Outcome.TLS, Outcome.UNREACHABLE}
)
_LONGEST_DELAY = 120.0  # seconds; a host that asks for more does not want to be crawled by us


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one host for one user agent. `failure` is set when nobody could tell us the rules."""

    agent: str
    parser: Protego
    failure: Fetch | None = None

    @property
    def delay(self) -> float:
        """The seconds that the host wants between two requests; 0 when it does not say."""
        return self.parser.crawl_delay(self.agent) or 0.0

    def refusal(self, url: str) -> tuple[Outcome, str] | None:
        """Why a URL must not be asked for; None when it may."""
        if self.failure is not None:
            return self.failure.outcome, f"robots.txt: {self.failure.detail}; nothing else was asked for"
        if not self.parser.can_fetch(url, self.agent):
            return Outcome.ROBOTS, "robots.txt forbids it"
        if self.delay > _LONGEST_DELAY:
            return Outcome.ROBOTS, f"robots.txt wants {self.delay:.0f} s between requests, more than we wait"
        return None


def rules_from(fetch: Fetch, agent: str) -> Rules:
    """The rules that a visit to robots.txt found."""
    capture = fetch.capture
    if capture is None or fetch.outcome in _UNKNOWN or capture.status >= 500:
        return Rules(agent, Protego.parse(""), fetch)
    return Rules(agent, Protego.parse(_text(capture) if capture.status == 200 else ""))


def _text(capture: Capture) -> str:
    return decode(capture.body, capture.header("Content-Type"))[0]
