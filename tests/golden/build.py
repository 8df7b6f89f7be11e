"""Write the golden pages of the forms of 2019 and 2021 from their figures, and what must be read from each.

    python -m tests.golden.build

`figures.toml` holds an entry a page. Agencies and figures are invented, and add up save where a page is about a rule
that fails. What is expected comes from the entry alone, so a reader that errs cannot write its error down as right. Of
an entry:

    requests    outcomes and carried-over requests by code below `request.`, for the six kinds of applicant
    results     reviews and suits by code; like all totals, theirs are made here
    cells       any other cell as it is printed, by code, or code[applicant]
    blank       what stands in cells without a figure
    edits       what is replaced in the finished page, and so in the labels: each must be found
    codes       the indicator that a cell has after such an edit of its head
    read        what must be made of a cell that is not simply its number; `raw` where the edits changed the cell
    sentences   words that stand in the place of a section's table
    glued       rows whose cells stand in one line with nothing between them
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from schema.catalog import FormRow, catalog
from schema.records import TOTAL
from tests.extractors.forms import Style, cells, column_head, matrix_lines, matrix_tables
from tests.golden.pages import OWN, Expected, expected_file
from tests.golden.write import text_of

FIGURES = Path(__file__).with_name("figures.toml")
FOLDER = OWN / "example"

_ANYONE = catalog().forms["2019"].members("3")[:-1]  # the applicants beside the total; both forms print the same
_SUMS = {"review.total": "review.", "litigation.direct.total": "litigation.direct."}
_SUMS["litigation.after_review.total"] = "litigation.after_review."
_TRADITIONAL = str.maketrans(
    "业为举于会体关决况别办务动单发号后国处复审属开强当总执护报据无时机权条构栏没济现确稳类纠纳组织经结统继续维编缴罚获补规范计认议许讼访诉询请费转过这进问项题额数内财布",
    "業為舉於會體關決況別辦務動單發號後國處復審屬開強當總執護報據無時機權條構欄沒濟現確穩類糾納組織經結統繼續維編繳罰獲補規範計認議許訟訪訴詢請費轉過這進問項題額數內財佈",
)

Counts = Mapping[str, list[int]]


@dataclass(frozen=True)
class Page:
    """A page as its entry in `figures.toml` gives it."""

    file: str
    form: str
    agency: str
    year: int
    requests: Counts
    layout: str = "plain"
    page_break: bool = False
    layout_table: bool = False
    traditional: bool = False
    blank: str = "0"
    results: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    edits: tuple[tuple[str, str], ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    read: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)
    glued: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.printed(f"{self.agency}{self.year}年政府信息公开工作年度报告")

    def printed(self, text: str) -> str:
        """A text in the characters of the page."""
        return text.translate(_TRADITIONAL) if self.traditional else text

    def edited(self, text: str) -> str:
        for old, new in self.edits:
            text = text.replace(old, new)
        return self.printed(text)


def entries() -> list[Page]:
    """Every page of `figures.toml`."""
    found = tomllib.loads(FIGURES.read_text(encoding="utf-8"))["page"]
    return [Page(**{**entry, "edits": tuple(map(tuple, entry.get("edits", ())))}) for entry in found]


# --- figures ---------------------------------------------------------------------------------------------


def figures(page: Page) -> dict[tuple[str, str], str]:
    """The text of every cell of the form, totals made."""
    numbers = {**_requests(page), **_results(page)}
    texts = {key: str(numbers.get(key) or page.blank) for key in cells(page.form)}
    for name, text in page.cells.items():
        code, _, member = name.rstrip("]").partition("[")
        key = (code, member or TOTAL)
        assert key in texts, f"{page.file}: the form of {page.form} has no cell {name}"
        texts[key] = text
    return texts


def _requests(page: Page) -> dict[tuple[str, str], int]:
    """Section 3: outcomes as given; concluded, received and every total as they follow."""
    none = [0] * len(_ANYONE)
    rows = {f"request.{code}": counts for code, counts in page.requests.items()}
    outcomes = [counts for code, counts in rows.items() if code.startswith("request.outcome.")]
    rows["request.concluded"] = [sum(counts) for counts in zip(none, *outcomes, strict=True)]
    came, left = rows.get("request.carried_in", none), rows.get("request.carried_out", none)
    rows["request.received"] = [c + o - i for c, o, i in zip(rows["request.concluded"], left, came, strict=True)]
    members = {(code, who): n for code, counts in rows.items() for who, n in zip(_ANYONE, counts, strict=True)}
    return {**members, **{(code, TOTAL): sum(counts) for code, counts in rows.items()}}


def _results(page: Page) -> dict[tuple[str, str], int]:
    given = {(code, TOTAL): n for code, n in page.results.items()}
    sums = {(code, TOTAL): sum(n for (c, _), n in given.items() if c.startswith(of)) for code, of in _SUMS.items()}
    return {**given, **sums}


# --- pages -----------------------------------------------------------------------------------------------


def page_text(page: Page) -> str:
    """The page as it lies in the folder."""
    made = _lines(page) if page.layout == "lines" else _html(page)
    for old, _ in page.edits:
        assert old in made, f"{page.file}: nothing to edit: {old}"
    return page.edited(made)


def _html(page: Page) -> str:
    style = Style(page.layout, page_break=page.page_break, repeat_head=False, sentences=tuple(page.sentences.items()))
    body = matrix_tables(page.form, figures(page), style)
    if page.layout_table:
        body = f'<table width="100%"><tr><td width="10">&nbsp;</td><td>{body}</td></tr></table>'
    pairs = list(_header(page).items())
    rows = "".join(f"<tr>{_pair(*a)}{_pair(*b)}</tr>" for a, b in zip(pairs[::2], pairs[1::2], strict=True))
    title = f"{page.agency}{page.year}年政府信息公开工作年度报告"
    prose = "".join(f"<p>{line}</p>\n" for line in _prose(page))
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title}</title></head><body>\n'
        f"<table>{rows}</table>\n<h1>{title}</h1>\n{prose}{body}\n<h2>五、存在的主要问题及改进情况</h2></body></html>\n"
    )


def _pair(key: str, value: str) -> str:
    return f"<td>{key}</td><td>{value}</td>"


def _lines(page: Page) -> str:
    header = [f"{key}：{value}" for key, value in _header(page).items()]
    title = f"{page.agency}{page.year}年政府信息公开工作年度报告"
    table = matrix_lines(page.form, figures(page), glued=page.glued)
    return "\n".join([*header, "", title, "", *_prose(page), "", table, ""])


def _header(page: Page) -> dict[str, str]:
    after = page.year + 1
    return {
        "索引号": f"SL{page.form}0001/{after}-00017",
        "发布机构": page.agency,
        "成文日期": f"{after}-01-20",
        "发布日期": f"{after}-01-26",
    }


def _prose(page: Page) -> list[str]:
    """Words around the tables, all our own."""
    span = f"{page.year}年1月1日至{page.year}年12月31日"
    return [
        f"本报告由{page.agency}编制，表中数据的统计时段为{span}。",
        "一、总体情况",
        "全年工作照常，各栏目按月更新。",
    ]


# --- expectations -----------------------------------------------------------------------------------------


def expectation(page: Page) -> Expected:
    """What reading the page must give, in the words of `nianbao parse --json`."""
    index_number, publisher, composed, published = _header(page).values()
    header = {"index_number": index_number, "publisher": page.printed(publisher)}
    header |= {"composed_on": composed, "published_on": published}
    who = {"title": page.title, "agency": page.printed(page.agency), "year": page.year, "form": page.form}
    return {
        "reviewed": True,
        "context": {},
        "status": "report",
        "report": {**who, "header": header},
        "observations": [_observation(page, key, text) for key, text in figures(page).items() if _stands(page, key)],
        "findings": [{"rule": rule} for rule in page.findings],
    }


def _row(page: Page, code: str) -> FormRow:
    return next(row for row in catalog().forms[page.form].rows if row.indicator == code)


def _stands(page: Page, key: tuple[str, str]) -> bool:
    return _row(page, key[0]).section not in page.sentences


def _observation(page: Page, key: tuple[str, str], text: str) -> dict[str, Any]:
    code, applicant = key
    row = _row(page, code)
    read = page.read.get(code if applicant == TOTAL else f"{code}[{applicant}]", {})
    if code in page.glued:
        read = {"raw": "".join(t for (c, _), t in figures(page).items() if c == code), "status": "text"}
    status = read.get("status") or ("blank" if not text else "dash" if text in "—/" else "reported")
    value = Decimal(read.get("value", text)) if status == "reported" else None
    return {
        "indicator": page.codes.get(code, code),
        "applicant": applicant,
        "value": value,
        "status": status,
        "unit": read.get("unit", row.unit_zh or None),
        "raw": read.get("raw", text),
        "label": page.edited(_label(page, row)),
    }


def _label(page: Page, row: FormRow) -> str:
    """The label as the reader gives it: with its column's where columns have indicators of their own."""
    if row.section == "2":
        return f"{row.label_zh} / {column_head(page.form, row.column)}"
    return row.column or row.number + row.label_zh + row.remark


def build(folder: Path = FOLDER) -> None:
    """Write every page with its expectation beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in entries():
        file = folder / page.file
        file.write_text(page_text(page), encoding="utf-8", newline="\n")
        expected_file(file).write_text(text_of(expectation(page)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    build()
