"""What codes mean, and where they break."""

import pytest

from schema.catalog import catalog
from schema.meanings import Break, meaning


def test_an_indicator_breaks_where_a_form_is_not_exactly_comparable() -> None:
    assert meaning("request.received").breaks == (Break(2019, "close"),)
    assert meaning("request.carried_in").breaks == ()
    assert meaning("proactive.total").breaks == ()  # of one form only


def test_a_series_breaks_as_its_list_says() -> None:
    assert meaning("granted_narrow").breaks == (Break(2019, "broken"),)
    assert meaning("granted_narrow").do_not_join
    for series in catalog().series:
        broken = "broken" in (series.comparability_2018_2019, series.comparability_2020_2021)
        assert meaning(series.code).do_not_join == broken


def test_any_other_code_means_nothing() -> None:
    with pytest.raises(KeyError):
        meaning("request.recieved")
