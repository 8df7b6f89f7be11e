"""What `test_chaos` kills: a portal in a process of its own, and a crawl that does not wait long for one.

python -m tests.flows.chaotic portal NUMBER PORT LOG
NIANBAO_...=... python -m tests.flows.chaotic crawl --engine plain PORTAL...
"""

import sys
import threading
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from extractors.http import Politeness
from flows import cli, portal
from tests.extractors.loopback import Asked, Reply
from tests.simulators.hanweb import Hanweb
from tests.simulators.site import Answer, Document, Fault, Simulator
from tests.simulators.trs import Trs

# Else a night with a portal that is down would take minutes.
HASTY = partial(Politeness, connect_timeout=1.0, read_timeout=0.6, total_timeout=1.0, retries=1, backoff=0.05)
PACE = 0.02  # seconds for one answer, so that there is a middle to be killed in


def site(number: int) -> Hanweb | Trs:
    """The two publishing systems; no agency is in both."""
    if number:
        return Trs(14)
    made = Hanweb(12)
    made.documents = tuple(_elsewhere(document) for document in made.documents)
    return made


def _elsewhere(document: Document) -> Document:
    title, agency = (text.replace("示例市", "另例市") for text in (document.title, document.agency))
    return replace(document, title=title, agency=agency)


def noting(log: Path) -> Fault:
    """One byte in a file for each request: what a test can see of another process."""

    def fault(asked: Asked, answer: Answer) -> Reply:
        with log.open("ab") as file:
            file.write(b".")
        time.sleep(PACE)
        return answer(asked)

    return fault


def main(what: str, *arguments: str) -> None:
    if what == "portal":
        number, port, log = arguments
        with Simulator(site(int(number)), noting(Path(log)), port=int(port)):
            threading.Event().wait()
    portal.Politeness = HASTY  # type: ignore[misc,assignment]
    sys.argv = ["nianbao", "crawl", *arguments]
    cli.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
