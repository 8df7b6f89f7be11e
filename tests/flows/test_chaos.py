"""Nights in which the crawl, PostgreSQL and portals are killed at random, or stand still (see `tests.flows.town`).

However such a night went, its warehouse says what that of an undisturbed one says. TEST_CHAOS=20 in the environment
makes it a long look.
"""

import os
from collections.abc import Iterator

import pytest

from tests.flows.town import Night, Town, own_town

pytestmark = pytest.mark.slow

NIGHTS = int(os.environ.get("TEST_CHAOS", "1"))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with own_town(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture(scope="module")
def undisturbed(town: Town) -> list[str]:
    night = Night(town, "undisturbed")
    assert night.attempt() == 0, night.words()
    return night.content()


@pytest.mark.parametrize("number", range(NIGHTS))
def test_a_night_of_chaos_ends_as_an_undisturbed_one(town: Town, undisturbed: list[str], number: int) -> None:
    night = Night(town, f"night-{number}")
    night.disturb()
    night.pass_by()
    assert "unforeseen" not in night.words(), night.words()[-5000:]
    assert "Traceback" not in night.words(), night.words()[-5000:]
    assert night.content() == undisturbed
