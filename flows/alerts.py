"""Tell somebody that a run failed, or a portal drifts: by any service that apprise knows.

`NIANBAO_ALERTS` holds its URLs, parted by spaces: `mailto://...`, `json://host/path`, a messenger's. An alert that
cannot be sent is logged and stops nothing.
"""

import logging
from collections.abc import Sequence

_MOST = 20  # lines of an alert
_log = logging.getLogger("nianbao.alerts")


def send_alert(urls: str, title: str, lines: Sequence[str]) -> bool:
    """Send the first lines to every URL; whether all took it. Nothing to tell, or nobody, is sent nowhere."""
    if not (urls.split() and lines):
        return True
    import apprise

    more = len(lines) - _MOST
    body = "\n".join([*lines[:_MOST], *([f"and {more} more"] if more > 0 else [])])
    told = apprise.Apprise()
    known = [told.add(url) for url in urls.split()]
    sent = bool(told.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT)) if any(known) else False
    if not (sent and all(known)):
        _log.error("an alert was not sent everywhere: %s", title)  # the URLs hold passwords
    return sent and all(known)
