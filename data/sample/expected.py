"""What reading a sample page must give, from the figures alone and in the words of `nianbao parse --json`.

Places (table, row, column) and messages are left out: they are the layout's and the reader's.
"""

from typing import Any

from sources import Line, Page, Site, table_lines

_DASHES = frozenset("—-/")


def expectation(site: Site, page: Page) -> dict[str, Any]:
    """The expected reading of one page; `reviewed` says that nobody need look at it before it counts."""
    has_table = bool(page.layout) and page.layout != "picture"
    agency = site.agencies[page.agency].name if page.agency else None
    return {
        "reviewed": True,
        "context": {"column_agency": agency} if page.filled_by not in (agency, "") else {},
        "status": _status(page),
        "report": _report(site, page, agency, "2014" if has_table else None),
        **_contents(page, table_lines(page) if has_table else []),
    }


def _status(page: Page) -> str:
    if page.kind != "report":
        return "not_report"
    return "no_table" if page.layout == "picture" else "report"


def _report(site: Site, page: Page, agency: str | None, form: str | None) -> dict[str, Any]:
    """Title and header are those of any page, whose year it is only a report says. An error page has neither."""
    who = {"agency": agency, "year": page.year or None, "form": form, "header": _header(site, page)}
    return who if page.kind == "missing" else {"title": page.title, **who}


def _contents(page: Page, lines: list[Line]) -> dict[str, Any]:
    observations = [_observation(page, line) for line in lines if not line.is_heading]
    return {"observations": observations, "findings": [{"rule": rule} for rule in page.findings]}


def _observation(page: Page, line: Line) -> dict[str, Any]:
    value = page.read.get(line.form.indicator)
    status = "reported"
    if value is None and line.value in _DASHES | {""}:
        status = "dash" if line.value else "blank"
    elif value is None:
        value = float(line.value) if "." in line.value else int(line.value)
    return {
        "indicator": line.form.indicator,
        "applicant": "total",
        "value": value,
        "status": status,
        "unit": line.form.unit_zh,
        "raw": line.value,
        "label": line.text,
    }


def _header(site: Site, page: Page) -> dict[str, str | None]:
    """The fields that the portal's template prints, in no particular order."""
    printed: dict[str, str | None] = {}
    if page.index_number:
        printed = {
            "index_number": page.index_number,
            "publisher": page.publisher,
            "composed_on": page.published.isoformat(),
            "openness": "主动公开",
            "category": page.category,
        }
    if site.id == "sample-classic" and page.kind != "missing":
        printed |= {"published_on": page.published.isoformat(), "source": page.publisher}
        printed |= {"document_number": page.document_number or None} if page.index_number else {}
    return printed
