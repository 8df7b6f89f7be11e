"""The polite session: the one way in which this project asks a portal for anything.

robots.txt obeyed, an honest user agent, a gap between requests, bounded retries, limits on time and size,
redirects followed only within the portal, no private address, no challenge solved. However a visit ends,
it ends in a `Fetch` with a named outcome: a session raises nothing for what a portal does.
"""

from extractors.http.pacing import Pacing
from extractors.http.politeness import Politeness
from extractors.http.session import PoliteSession
from extractors.http.turns import Turns

__all__ = ["Pacing", "PoliteSession", "Politeness", "Turns"]
