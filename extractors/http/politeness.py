"""How we behave towards every portal, whatever its registry entry says."""

from dataclasses import dataclass

AGENT = "nianbao"  # the name under which robots.txt may speak to us


@dataclass(frozen=True, slots=True)
class Politeness:
    """How we behave towards every portal; all times in seconds.

    `gap` is the least between two requests to a host (a portal of our own on loopback may set less),
    `total_timeout` bounds one answer, its headers as well as its body. `retries` are the attempts after the
    first, `backoff` is the wait before the first of them and doubles; a host that asks us (Retry-After) to
    wait longer than `longest_wait` is left alone for the rest of the run. `cool_down` follows a second
    refusal. `max_bytes` counts the decoded body. `contact` is a mail address or a URL.
    """

    gap: float = 2.0
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    total_timeout: float = 120.0
    retries: int = 3
    max_bytes: int = 20 * 2**20
    max_redirects: int = 5
    contact: str = ""
    backoff: float = 2.0
    longest_wait: float = 120.0
    cool_down: float = 60.0
