"""A crawl without Prefect: the same steps in one thread, for tests that need many runs.

NIANBAO_DATA=... NIANBAO_PORTALS=... python -m tests.flows.plain PORTAL...
"""

import sys
from collections.abc import Iterable, Sequence

from extractors.registry import Portal
from flows.portal import Job
from flows.settings import settle
from flows.steps import LaneEnd, crawl_lane, crawl_run
from flows.summary import Ending, exit_code, print_ending


def crawl(*portals: str, again: bool = False) -> Ending:
    def one_after_the_other(job: Job, lanes: Sequence[Sequence[Portal]]) -> Iterable[LaneEnd]:
        return [crawl_lane(job, lane, []) for lane in lanes]

    return crawl_run(portals, [], "crawl", one_after_the_other, again=again)


if __name__ == "__main__":
    ended = crawl(*sys.argv[1:])
    print_ending(ended, settle({}))
    sys.exit(exit_code(ended))
