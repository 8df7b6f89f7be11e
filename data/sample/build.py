"""Write the sample portals' pages, and what reading them must give, from `figures/` and `templates/`.

    python data/sample/build.py

The files it writes are committed, since bytes are what a reader gets; a test proves that they are these.
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from expected import expectation
from pages import TEMPLATES, render
from sources import Page, Site, load_sites

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parent.parent / "tests" / "golden" / "sample"


def build(sites: Path, golden: Path) -> None:
    """Write the portals below `sites` and the expectations below `golden`; what was there goes."""
    for folder in (sites, golden):
        shutil.rmtree(folder, ignore_errors=True)
    for site in load_sites():
        _write_site(site, sites / site.id)
        for page in site.pages:
            for _, path in page.addresses():
                _write(golden / site.id / f"{path.lstrip('/')}.json", _listed(expectation(site, page)))


def _write_site(site: Site, folder: Path) -> None:
    for page in site.pages:
        for column, path in page.addresses():
            _write(folder / "www" / path.lstrip("/"), render(site, page, column, path))
    _write(folder / "www" / "robots.txt", b"User-agent: *\nDisallow: /internal/\n")
    _write(folder / "column.html", (TEMPLATES / site.id / "column.html").read_bytes())
    _write(folder / "site.json", _json(_description(site)))


def _description(site: Site) -> dict[str, Any]:
    """What the server must know beside the files: the lists, newest first, and unusual content types."""
    return {
        "name": site.name,
        "rows": site.rows,
        "columns": {
            column: {"title": title, "records": _records(site, column)} for column, title in site.columns.items()
        },
        "content_types": {
            path: page.content_type
            for page in site.pages
            for _, path in page.addresses()
            if page.content_type != Page.__dataclass_fields__["content_type"].default
        },
    }


def _records(site: Site, column: str) -> list[dict[str, str]]:
    own = [
        {"href": path, "title": page.listed_as or page.title, "date": page.published.isoformat()}
        for page in site.pages
        for where, path in page.listings()
        if where == column
    ]
    dead = [
        {"href": link["href"], "title": link["title"], "date": link["published"].isoformat()}
        for link in site.links
        if link["column"] == column
    ]
    return sorted(own + dead, key=lambda record: record["date"], reverse=True)


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _listed(expected: dict[str, Any]) -> bytes:
    """An expectation as JSON with an observation a line, for those who compare two of them."""
    short = json.dumps(expected | {"observations": []}, ensure_ascii=False, indent=1)
    rows = ",\n".join(f"  {json.dumps(one, ensure_ascii=False)}" for one in expected["observations"])
    return (short.replace('"observations": []', f'"observations": [\n{rows}\n ]') + "\n").encode()


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def main() -> None:
    """Build into the folders that are committed, or into others."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sites", type=Path, default=HERE / "sites", help="folder of the portals")
    parser.add_argument("--golden", type=Path, default=GOLDEN, help="folder of the expectations")
    arguments = parser.parse_args()
    build(arguments.sites, arguments.golden)


if __name__ == "__main__":
    main()
