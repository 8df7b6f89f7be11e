"""What nights of chaos kill: a portal in a process of its own, and a crawl that does not wait long for one.

python -m tests.flows.chaotic portal NUMBER PORT LOG
NIANBAO_...=... python -m tests.flows.chaotic crawl --engine plain PORTAL...
NIANBAO_...=... PREFECT_API_URL=... python -m tests.flows.chaotic nightly PORTAL...     over workers
PREFECT_API_URL=... python -m tests.flows.chaotic deploy
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
from tests.flows.processes import ROOT
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


def serve_portal(number: str, port: str, log: str) -> None:
    with Simulator(site(int(number)), noting(Path(log)), port=int(port)):
        threading.Event().wait()


def crawl(*arguments: str) -> None:
    portal.Politeness = HASTY  # type: ignore[misc,assignment]
    sys.argv = ["nianbao", "crawl", *arguments]
    cli.main()


def nightly(*portals: str) -> None:
    """The flow that shares a night over workers."""
    from flows import deployments, spread

    spread._SILENT, spread._START, spread._LOOK = 3.0, 30.0, 0.5
    state = deployments.nightly(list(portals), parts=len(portals), return_state=True)
    sys.exit(0 if state.is_completed() else 1)


def deploy() -> None:
    """Make a work pool and deploy the parts of a night to it."""
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate

    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name="nianbao", type="process"))
    entrypoint = "tests/flows/chaotic_part.py:part"
    flow.from_source(source=str(ROOT), entrypoint=entrypoint).deploy(name="part", work_pool_name="nianbao")


if __name__ == "__main__":
    what, *others = sys.argv[1:]
    {"portal": serve_portal, "crawl": crawl, "nightly": nightly, "deploy": deploy}[what](*others)
