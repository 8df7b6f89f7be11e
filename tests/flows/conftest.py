"""One sample, one undisturbed crawl of it and one Prefect server for all tests here: each costs seconds."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.sample_portal import SamplePortal
from flows.server import temporary_server
from flows.settings import prepare_prefect
from tests.flows.crawling import First, Place, content_of
from tests.flows.running import nianbao

RECORDER = Path(__file__).parent / "recorder"


@pytest.fixture(scope="session")
def sample() -> Iterator[SamplePortal]:
    with SamplePortal() as running:
        yield running


@pytest.fixture(scope="session")
def first(sample: SamplePortal, tmp_path_factory: pytest.TempPathFactory) -> First:
    """A first crawl through Prefect: no server configured, an empty home, every address recorded."""
    place = Place.make(tmp_path_factory.mktemp("first"), sample)
    home, addresses = place.data / "home", place.data / "addresses"
    home.mkdir()
    path = os.pathsep.join(filter(None, [str(RECORDER), os.environ.get("PYTHONPATH", "")]))
    recording = {"HOME": str(home), "PYTHONPATH": path, "TEST_ADDRESSES": str(addresses)}
    began = len(sample.log)
    done = nianbao("crawl", "--engine", "prefect", *SamplePortal.IDS, *place.flags, env=recording)
    assert done.returncode == 0, f"the crawl that everything here rests on failed:\n{done.stdout}{done.stderr}"
    asked = tuple(addresses.read_text(encoding="utf-8").splitlines())
    return First(place, done, tuple(sample.log[began:]), content_of(place), asked, home)


@pytest.fixture(scope="session")
def prefect(first: First) -> Iterator[dict[str, str]]:
    """The environment of a user with a Prefect server: crawls start without one of their own."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in prefect_environment(first.place.data).items():
            patch.setenv(name, value)
        with temporary_server(first.place.data / "prefect") as url:
            yield {"PREFECT_API_URL": url}


def prefect_environment(data: Path) -> dict[str, str]:
    environ: dict[str, str] = {}
    prepare_prefect(data, environ)
    return environ


@pytest.fixture
def place(sample: SamplePortal, tmp_path: Path) -> Place:
    """A data folder and a registry of the sample, both new."""
    return Place.make(tmp_path, sample)


@pytest.fixture(autouse=True)
def _no_faults_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "sample" in request.fixturenames:
        sample = request.getfixturevalue("sample")
        sample.delay, sample.post_only = 0.0, False
        sample.edited.clear()
        sample.status_for.clear()
