"""A crawl without Prefect: the same steps in threads, for tests that need many runs.

NIANBAO_DATA=... NIANBAO_PORTALS=... python -m tests.flows.plain PORTAL...
"""

import sys

from flows.settings import settle
from flows.steps import crawl_run, side_by_side
from flows.summary import Ending, exit_code, print_ending


def crawl(*portals: str, again: bool = False) -> Ending:
    return crawl_run(portals, [], "crawl", side_by_side([]), again=again)


if __name__ == "__main__":
    ended = crawl(*sys.argv[1:])
    print_ending(ended, settle({}))
    sys.exit(exit_code(ended))
