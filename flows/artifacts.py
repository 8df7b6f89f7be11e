"""What Prefect's interface shows of a run: a bar while it goes on, the page of the morning after it.

Nothing rests on them: where they cannot be written, the log says so and the run goes on.
"""

import logging
import threading
import time
from typing import Any, Self
from uuid import UUID

from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact

from flows.night import Night
from flows.progress import Reporter

_EVERY = 5.0  # seconds between two movements of the bar: each is a request to the server
_log = logging.getLogger("nianbao.artifacts")


class Watched:
    """A reporter that also moves a bar in Prefect: pages done of pages that are due, over all portals."""

    def __init__(self, inner: Reporter, key: str) -> None:
        self._inner, self._key = inner, key
        self._found: dict[str, int] = {}
        self._done, self._moved = 0, time.monotonic()
        self._bar: UUID | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._inner.__enter__()
        try:
            bar: Any = create_progress_artifact(0.0, key=self._key, description="pages done of those that are due")
            self._bar = bar  # typed as if it might be awaited, which is so in asynchronous flows alone
        except Exception as error:  # whatever it is, it must not stop the run
            _log.warning("no bar in Prefect: %s", error)
        return self

    def __exit__(self, *raised: object) -> None:
        self._move(100.0 if raised[0] is None else self._share())
        self._inner.__exit__(*raised)

    def found(self, portal: str, links: int) -> None:
        """Lengthen the bar."""
        self._inner.found(portal, links)
        self._found[portal] = links

    def done(self, portal: str, what: str) -> None:
        """Move the bar on, now and then."""
        self._inner.done(portal, what)
        with self._lock:
            self._done += 1
            if time.monotonic() - self._moved < _EVERY:
                return
            self._moved = time.monotonic()
        self._move(self._share())

    def _share(self) -> float:
        return min(100.0, 100.0 * self._done / max(1, sum(self._found.values())))

    def _move(self, share: float) -> None:
        if self._bar is None:
            return
        try:
            update_progress_artifact(self._bar, share)
        except Exception as error:  # as above
            _log.warning("the bar in Prefect does not move: %s", error)


def keep_page(page: Night, command: str) -> None:
    """Keep the page of a run as an artifact `nianbao-COMMAND`, so that those of all nights stand below each other."""
    try:
        create_markdown_artifact(page.markdown(), key=f"nianbao-{command}", description=f"run {page.run_id}")
    except Exception as error:  # as above
        _log.warning("the page is not in Prefect: %s", error)
