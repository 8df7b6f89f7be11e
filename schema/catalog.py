"""Load and index the CSV files of this room: indicators, forms, columns, dimensions, rules, findings, series, sectors.

The files are the contract (see `schema/README.md`); this module only gives them types. Codes are used
as they stand. Nothing here interprets a report.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from schema.labels import fold

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Indicator:
    """An entry of the canonical list: a concept with a code, a unit and a definition."""

    code: str
    parent: str
    label_zh: str
    label_en: str
    unit: str
    unit_zh: str
    value_type: str  # count, change or money
    definition: str
    first_year: int
    last_year: int | None


@dataclass(frozen=True, slots=True)
class FormRow:
    """A printed row of a form; in sections 2 and 4 since 2019, a cell. Headers have no indicator."""

    section: str
    order: int
    level: int
    kind: str  # header or value
    label_zh: str
    number: str
    remark: str
    unit_zh: str
    indicator: str
    column: str
    comparability: str
    aliases: tuple[str, ...]
    optional: bool

    @property
    def names(self) -> frozenset[str]:
        """Every folded spelling of the label."""
        return frozenset(fold(name) for name in (self.label_zh, *self.aliases))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a section with more than one value column; `member` is set where it is an applicant."""

    section: str
    order: int
    label_zh: str
    member: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """An edition of the national form, named by the year it came into use."""

    name: str
    notice: str
    title: str
    first_report_year: int
    last_report_year: int | None
    signature: tuple[str, ...]
    rows: tuple[FormRow, ...]
    columns: tuple[Column, ...]

    def indicators(self) -> frozenset[str]:
        """The indicators that the form prints."""
        return frozenset(row.indicator for row in self.rows if row.indicator)

    def members(self, section: str) -> tuple[str, ...]:
        """The applicants a section is split by; empty where it is not."""
        return tuple(c.member for c in self.columns if c.section == section and c.member)

    def split(self) -> frozenset[str]:
        """The indicators that the form splits by applicant."""
        return frozenset(row.indicator for row in self.rows if row.indicator and self.members(row.section))


@dataclass(frozen=True, slots=True)
class Dimension:
    """A member of a code list: applicant, unit, value type or level."""

    dimension: str
    code: str
    parent: str
    order: int
    label_zh: str
    label_en: str
    note: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A check on one report (`scope` report) or on two consecutive ones (`cross_year`)."""

    name: str
    forms: tuple[str, ...]
    scope: str
    left: str
    op: str
    right: str
    per: str
    severity: str
    basis: str
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a finding says that code makes, and no row of `rules.csv`; `rule` is its name."""

    rule: str
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Sector:
    """What agencies are in charge of. `pattern` is searched in their names; of several that match the first counts."""

    code: str
    label_zh: str
    label_en: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Series:
    """A long series over the forms: a formula for each, and how comparable they are at each boundary."""

    code: str
    label_zh: str
    label_en: str
    formulas: Mapping[str, str]  # form name -> formula, empty where it has none
    comparability_2018_2019: str
    comparability_2020_2021: str
    do_not_join: bool
    note: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """All files of this room, read once."""

    indicators: Mapping[str, Indicator]
    forms: Mapping[str, Form]
    dimensions: tuple[Dimension, ...]
    rules: tuple[Rule, ...]
    doubts: tuple[Doubt, ...]
    series: tuple[Series, ...]
    sectors: tuple[Sector, ...]

    def members(self, dimension: str) -> tuple[str, ...]:
        """The codes of one code list, in order."""
        return tuple(d.code for d in self.dimensions if d.dimension == dimension)


@cache
def catalog() -> Catalog:
    """Read every file of this room. Raises ValueError on a byte order mark or CRLF."""
    return Catalog(
        indicators={row["code"]: _indicator(row) for row in _read("indicators.csv")},
        forms={form.name: form for form in map(_form, _read("forms/forms.csv"))},
        dimensions=tuple(map(_dimension, _read("dimensions.csv"))),
        rules=tuple(_rule(row) for row in _read("rules.csv")),
        doubts=tuple(Doubt(**row) for row in _read("findings.csv")),
        series=tuple(_series(row) for row in _read("series.csv")),
        sectors=tuple(Sector(**row) for row in _read("sectors.csv")),
    )


def _read(name: str) -> list[Row]:
    data = resources.files("schema").joinpath(name).read_bytes()
    if data.startswith(b"\xef\xbb\xbf") or b"\r" in data:
        raise ValueError(f"schema/{name}: byte order mark or CR found")
    return list(csv.DictReader(data.decode("utf-8").splitlines()))


def _year(text: str) -> int | None:
    return int(text) if text else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(";") if word)


def _indicator(row: Row) -> Indicator:
    years = {"first_year": int(row["first_year"]), "last_year": _year(row["last_year"])}
    return Indicator(**{**row, **years})  # type: ignore[arg-type]


def _form(row: Row) -> Form:
    file = row["form"]
    return Form(
        name=file.removeprefix("form_"),
        notice=row["notice"],
        title=row["title"],
        first_report_year=int(row["first_report_year"]),
        last_report_year=_year(row["last_report_year"]),
        signature=_words(row["signature"]),
        rows=tuple(_form_row(r) for r in _read(f"forms/{file}.csv")),
        columns=tuple(_column(r) for r in _read("forms/columns.csv") if r["form"] == file),
    )


def _form_row(row: Row) -> FormRow:
    typed = {
        "order": int(row["order"]),
        "level": int(row["level"]),
        "aliases": _words(row["aliases"]),
        "optional": row["optional"] == "yes",
    }
    return FormRow(**{**row, **typed})  # type: ignore[arg-type]


def _column(row: Row) -> Column:
    return Column(row["section"], int(row["order"]), row["label_zh"], row["member"], _words(row["aliases"]))


def _dimension(row: Row) -> Dimension:
    return Dimension(**{**row, "order": int(row["order"])})  # type: ignore[arg-type]


def _rule(row: Row) -> Rule:
    forms = tuple(form.removeprefix("form_") for form in row["form"].split(";"))
    rest = {key: value for key, value in row.items() if key not in ("rule", "form")}
    return Rule(name=row["rule"], forms=forms, **rest)


def _series(row: Row) -> Series:
    return Series(
        code=row["code"],
        label_zh=row["label_zh"],
        label_en=row["label_en"],
        formulas={key.removeprefix("form_"): row[key] for key in row if key.startswith("form_")},
        comparability_2018_2019=row["comparability_2018_2019"],
        comparability_2020_2021=row["comparability_2020_2021"],
        do_not_join=row["do_not_join"] == "yes",
        note=row["note"],
    )
