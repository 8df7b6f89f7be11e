"""Nights in which the crawl, PostgreSQL and portals are killed at random, or stand still (see `tests.flows.town`).

However such a night went, its warehouse says what that of an undisturbed one says. TEST_CHAOS=20 in the environment
makes it a long look.
"""

import os

import pytest

from tests.flows.town import Night, Town, town, undisturbed

__all__ = ["town", "undisturbed"]  # fixtures

pytestmark = pytest.mark.slow

NIGHTS = int(os.environ.get("TEST_CHAOS", "1"))


@pytest.mark.parametrize("number", range(NIGHTS))
def test_a_night_of_chaos_ends_as_an_undisturbed_one(town: Town, undisturbed: list[str], number: int) -> None:
    night = Night(town, f"night-{number}")
    night.disturb()
    night.pass_by()
    assert "unforeseen" not in night.words(), night.words()[-5000:]
    assert "Traceback" not in night.words(), night.words()[-5000:]
    assert night.content() == undisturbed
