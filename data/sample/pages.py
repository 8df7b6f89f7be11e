"""A page's bytes: the portal's template around the metadata header and the body."""

from datetime import date
from pathlib import Path
from string import Template

from layouts import LAYOUTS, plain
from sources import Page, Site, blank_lines, prose, table_lines

TEMPLATES = Path(__file__).parent / "templates"


def render(site: Site, page: Page, column: str, path: str) -> bytes:
    """The page as it lies on the server at one of its addresses."""
    if page.kind == "missing":
        return _fill("bodies/missing.html").encode()
    text = _fill(
        f"{site.id}/page.html",
        site=site.name,
        title=page.title,
        charset=_charset(page),
        column=column,
        column_name=site.columns[column],
        date=page.published.isoformat(),
        publisher=page.publisher,
        path=path,
        header=_header(site, page),
        body=_body(site, page).rstrip("\n"),
    )
    return text.encode(page.encoding)


def _charset(page: Page) -> str:
    content = f"text/html; charset={page.charset}"
    return f'<meta http-equiv="Content-Type" content="{content}">\n' if page.charset else ""


def _header(site: Site, page: Page) -> str:
    """The metadata table; a page without an index number has none."""
    if not page.index_number:
        return ""
    return _fill(
        f"{site.id}/header.html",
        index_number=page.index_number,
        document_number=page.document_number,
        date=page.published.isoformat(),
        category=page.category,
        publisher=page.publisher,
    )


def _body(site: Site, page: Page) -> str:
    if page.kind == "report":
        return _report(site, page)
    table = plain(blank_lines(), page.heading_unit)
    return _fill(f"bodies/{page.kind}.html", site=site.name, publisher=page.publisher, table=table)


def _report(site: Site, page: Page) -> str:
    lines, agency = table_lines(page), site.agencies[page.agency]
    overview, proactive, requests, outlook = prose(agency, page, lines)
    return _fill(
        "bodies/report.html",
        agency=page.filled_by,
        year=str(page.year),
        overview=overview,
        proactive=proactive,
        requests=requests,
        outlook=outlook,
        table=_attachment(page).rstrip("\n"),
    )


def _attachment(page: Page) -> str:
    if page.layout == "picture":
        return _fill("bodies/picture.html")
    return _fill(
        "bodies/table.html",
        year=str(page.year),
        filled_by=page.filled_by,
        table=LAYOUTS[page.layout](table_lines(page), page.heading_unit),
        filled=_spoken(page.filled or page.published),
    )


def _spoken(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _fill(name: str, **values: str) -> str:
    return Template((TEMPLATES / name).read_text(encoding="utf-8")).substitute(values)
