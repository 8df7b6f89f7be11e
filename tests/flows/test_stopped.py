"""A crawl that is killed or stopped goes on where it was and ends as if nothing had happened."""

import signal
from collections import Counter

import pytest

from flows.sample_portal import Request, SamplePortal
from tests.flows.crawling import DOCUMENT, First, Place, content_of, crawling, records, send, wait_for_requests
from tests.flows.running import nianbao

pytestmark = pytest.mark.slow


def assert_whole(place: Place) -> None:
    """No file is open or torn, and each can be read to its end."""
    files = list((place.data / "archive").iterdir())
    assert {"".join(path.suffixes) for path in files} == {".warc.gz"}
    assert all("response" in records(path) for path in files)


@pytest.mark.parametrize("requests", [1, 20, 30, 45])
def test_killed_at_any_moment_and_started_again_it_ends_like_the_undisturbed_one(
    first: First, sample: SamplePortal, prefect: dict[str, str], place: Place, requests: int
) -> None:
    began = len(sample.log)
    with crawling(place, prefect) as process:
        wait_for_requests(sample, began + requests, process)
        code, _, _ = send(process, signal.SIGKILL)
    assert code == -signal.SIGKILL
    done = nianbao("crawl", *SamplePortal.IDS, *place.flags, env=prefect)
    assert done.returncode == 0, done
    assert "An earlier run that broke off was continued" in done.stdout
    assert content_of(place) == first.content
    assert_whole(place)
    assert asked_again(sample.log[began:]) <= len(SamplePortal.IDS)


def asked_again(log: list[Request]) -> int:
    """How many documents were asked for more than once: those under way when the process died."""
    asked = Counter((one.host, one.path) for one in log if DOCUMENT.search(one.path))
    return sum(times > 1 for times in asked.values())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_ends_in_order(
    first: First, sample: SamplePortal, prefect: dict[str, str], place: Place, number: signal.Signals
) -> None:
    began = len(sample.log)
    with crawling(place, prefect) as process:
        wait_for_requests(sample, began + 30, process)
        code, _, err = send(process, number)
    assert code == 128 + number
    assert len(sample.log) - began < len(first.log)
    assert "the same command goes on from here" in err
    assert "Traceback" not in err
    assert_whole(place)
    assert place.ask("SELECT status FROM run") == [("running",)]
