"""What a page says of itself in machine-readable form, whatever its layout: day of publication, source.

Hanweb, NFCMS and vsb write `<meta name="ArticleTitle|PubDate|ContentSource" content="...">`, UCAP elements of its own
as well. A page of a list bears the names too, without contents.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

_META = re.compile(r"""<meta\b((?:[^<>"']|"[^"]*"|'[^']*')*+)>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![\w-])(name|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_DAY = re.compile(r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Metas:
    """The page's own word; empty, or None, when the page says nothing or no date that exists."""

    published_on: date | None = None
    source: str = ""


def metas(meta: Mapping[str, str]) -> Metas:
    """Read the metadata of a document (`Document.meta`)."""
    days = filter(None, (_day(meta.get(name, "")) for name in ("pubdate", "publishtime")))
    return Metas(next(days, None), meta.get("contentsource", ""))


def named(text: str) -> list[tuple[str, str]]:
    """The names and contents of the meta elements of a page's text, in order."""
    tags = [
        {key.lower(): "".join(values) for key, *values in _ATTRIBUTE.findall(meta[1])} for meta in _META.finditer(text)
    ]
    return [(tag["name"], tag["content"]) for tag in tags if "name" in tag and "content" in tag]


def _day(text: str) -> date | None:
    found = _DAY.match(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
