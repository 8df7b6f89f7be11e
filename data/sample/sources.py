"""What the sample portals publish: `figures/<portal>.toml` and `figures/<agency>.csv` as typed values.

A figure is kept as the text that the page prints, so a blank is an empty text and `0.37万元` is no number.
"""

import csv
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from schema.catalog import FormRow, catalog

FIGURES = Path(__file__).parent / "figures"

_PLACEHOLDER = re.compile(r"\{([\w.]+)\}")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the statistics table: the form's row, its label as printed here, the text of its value cell."""

    form: FormRow
    label: str
    value: str

    @property
    def is_heading(self) -> bool:
        """Whether the row carries no figure."""
        return self.form.kind == "header"

    @property
    def text(self) -> str:
        """The label with its number and its remark."""
        return f"{self.form.number}{self.label}{self.form.remark}"


@dataclass(frozen=True, slots=True)
class Agency:
    """A publishing body: full name, name as its portal prints it, four paragraphs with {placeholders}."""

    name: str
    short: str
    prose: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. `columns` list it at `path`; `copies` gives further columns the same page at another address.

    `charset` is what the page says of itself ("": nothing), `encoding` what its bytes really are. For the
    expectations: `read` gives the numbers behind figures that are not printed as plain digits, `findings`
    the rules that the figures break.
    """

    path: str
    kind: str  # report, or a file of templates/bodies
    title: str
    published: date
    columns: Sequence[str]
    agency: str = ""
    year: int = 0
    layout: str = ""
    listed_as: str = ""
    publisher: str = ""
    category: str = ""
    index_number: str = ""
    document_number: str = ""
    filled_by: str = ""
    filled: date | None = None
    heading_unit: str = "——"
    encoding: str = "utf-8"
    charset: str = "UTF-8"
    content_type: str = "text/html;charset=UTF-8"
    copies: Mapping[str, str] = field(default_factory=dict)
    read: Mapping[str, float] = field(default_factory=dict)
    findings: Sequence[str] = ()

    def addresses(self) -> list[tuple[str, str]]:
        """Every (column, path) under which the page lies on the server."""
        return [(self.columns[0], self.path), *self.copies.items()]

    def listings(self) -> list[tuple[str, str]]:
        """Every (column, path) that a list links to."""
        return [*((column, self.path) for column in self.columns), *self.copies.items()]


@dataclass(frozen=True, slots=True)
class Site:
    """A sample portal. `rows` are the records on one page of a list, `links` lead to nothing of its own."""

    id: str
    name: str
    rows: int
    columns: Mapping[str, str]
    agencies: Mapping[str, Agency]
    pages: Sequence[Page]
    links: Sequence[Mapping[str, Any]]


def load_sites() -> list[Site]:
    """Read every portal's file."""
    return [_site(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(FIGURES.glob("*.toml"))]


def table_lines(page: Page) -> list[Line]:
    """The rows of a report's table in printed order. A row of the form that its CSV lacks is not printed."""
    with (FIGURES / f"{page.agency}.csv").open(encoding="utf-8", newline="") as file:
        printed = {row["indicator"]: (row["label"], row[str(page.year)]) for row in csv.DictReader(file)}
    return [
        line if line.is_heading else Line(line.form, *printed[line.form.indicator])
        for line in blank_lines()
        if line.is_heading or line.form.indicator in printed
    ]


def blank_lines() -> list[Line]:
    """The rows of the empty form."""
    return [Line(row, row.label_zh, "") for row in catalog().forms["2014"].rows]


def prose(agency: Agency, page: Page, lines: Sequence[Line]) -> list[str]:
    """The paragraphs of a report, its year and figures filled in."""
    values = {"year": str(page.year), **{line.form.indicator: line.value for line in lines}}
    return [_PLACEHOLDER.sub(lambda match: values[match[1]], text) for text in agency.prose]


def _site(entry: dict[str, Any]) -> Site:
    agencies = {key: Agency(**agency) for key, agency in entry["agencies"].items()}
    pages = [Page(**_defaults(page, agencies), **page) for page in entry["pages"]]
    return Site(entry["id"], entry["name"], entry["rows"], entry["columns"], agencies, pages, entry["links"])


def _defaults(page: Mapping[str, Any], agencies: Mapping[str, Agency]) -> dict[str, Any]:
    """What follows for a report from its agency and year, unless the page says otherwise."""
    if page["kind"] != "report":
        return {}
    agency, year = agencies[page["agency"]], page["year"]
    values = {
        "title": f"{agency.name}{year}年度政府信息公开工作年度报告",
        "publisher": agency.short,
        "category": f"{year}年度",
        "filled_by": agency.name,
        "filled": page["published"],
    }
    return {key: value for key, value in values.items() if key not in page}
