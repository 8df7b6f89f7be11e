"""What the code of an indicator or of a series means, and where it breaks."""

from dataclasses import dataclass
from itertools import pairwise

from schema.catalog import Indicator, Series, catalog
from schema.series import boundaries


@dataclass(frozen=True, slots=True)
class Break:
    """From this report year on another form counts, whose figures are `close` to those before, or `broken`.

    An agency that used a form early or late has its break at another year.
    """

    year: int
    comparability: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """An entry of either list. `do_not_join` is of a series that is not one line over its forms."""

    label_zh: str
    label_en: str
    definition: str  # of a series: what to know before one draws it
    breaks: tuple[Break, ...]
    do_not_join: bool = False


def meaning(code: str) -> Meaning:
    """What the code of an indicator or of a series means. Raises KeyError for any other."""
    indicator = catalog().indicators.get(code)
    if indicator:
        return Meaning(indicator.label_zh, indicator.label_en, indicator.definition, _of_indicator(indicator))
    series = {one.code: one for one in catalog().series}[code]
    return Meaning(series.label_zh, series.label_en, series.note, _of_series(series), series.do_not_join)


def _of_indicator(indicator: Indicator) -> tuple[Break, ...]:
    """Where the row of a form, or of the form before it, is not exactly comparable with the definition."""
    printed = [
        (form.first_report_year, {row.comparability for row in form.rows if row.indicator == indicator.code})
        for form in catalog().forms.values()
        if indicator.code in form.indicators()
    ]
    return tuple(Break(year, "close") for (_, one), (year, other) in pairwise(printed) if one | other != {"exact"})


def _of_series(series: Series) -> tuple[Break, ...]:
    marks = boundaries(series)
    having = [form for form in catalog().forms.values() if series.formulas.get(form.name)]
    joined = [(later.first_report_year, marks[earlier.name, later.name]) for earlier, later in pairwise(having)]
    return tuple(Break(year, mark) for year, mark in joined if mark in ("close", "broken"))
