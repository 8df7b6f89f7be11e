"""Find agencies and indicators by a part of their names, of any length, or by the initials of their pinyin.

The names are read through: some tens of thousands take a few milliseconds, and an index of parts would find neither
two characters alone nor a name with one left out.
"""

import re
import sqlite3
from typing import Any

from warehouse.explorer.asking import Row, rows

_MOST_WORDS = 5
_LONGEST = 60  # characters of a question
_LATIN = re.compile(r"[a-z' ]+")

_RANKED = """
SELECT agency_id, name, region_name, level, sector, reports, years,
    CASE WHEN name = :whole THEN 0 WHEN name LIKE :start ESCAPE '\\' THEN 1
        WHEN name LIKE :part ESCAPE '\\' THEN 2 ELSE 3 END AS distance
FROM card
WHERE {where}
ORDER BY distance, reports = 0, length(name), name LIMIT :limit
"""
_MEANINGS = """
SELECT * FROM (
    SELECT code, label_zh, label_en, 'series' AS kind FROM series_definition WHERE {where}
    UNION ALL
    SELECT code, label_zh, label_en, 'indicator' FROM indicator WHERE {where}
) ORDER BY kind DESC, length(label_zh), code LIMIT 12
"""


def find_agencies(connection: sqlite3.Connection, question: str, limit: int = 30) -> list[Row]:
    """Agencies, the closest first: by all words of the question, or else by its characters in their order."""
    words = _words(question)
    if not words:
        return []
    whole = "".join(words)
    fixed = {"whole": whole, "start": f"{_literal(whole)}%", "part": f"%{_literal(whole)}%", "limit": limit}
    if _LATIN.fullmatch(question.strip().lower()):
        return _ranked(connection, "pinyin LIKE :word0 ESCAPE '\\'", fixed | {"word0": f"%{whole.lower()}%"})
    asked = {f"word{n}": f"%{_literal(word)}%" for n, word in enumerate(words)}
    found = _ranked(connection, " AND ".join(f"words LIKE :{name} ESCAPE '\\'" for name in asked), fixed | asked)
    if found or len(whole) < 3:
        return found
    in_order = "%" + "%".join(map(_literal, whole)) + "%"
    return _ranked(connection, "words LIKE :word0 ESCAPE '\\'", fixed | {"word0": in_order})


def find_meanings(connection: sqlite3.Connection, question: str) -> list[Row]:
    """Indicators and series whose labels or codes have all words of the question."""
    words = _words(question)
    if not words:
        return []
    asked = {f"word{n}": f"%{_literal(word)}%" for n, word in enumerate(words)}
    each = (f"(label_zh || ' ' || label_en || ' ' || code) LIKE :{name} ESCAPE '\\'" for name in asked)
    return rows(connection, _MEANINGS.format(where=" AND ".join(each)), asked)


def _ranked(connection: sqlite3.Connection, where: str, values: dict[str, Any]) -> list[Row]:
    return rows(connection, _RANKED.format(where=where), values)


def _words(question: str) -> list[str]:
    return question[:_LONGEST].split()[:_MOST_WORDS]


def _literal(text: str) -> str:
    """The text as a pattern that stands for itself."""
    return re.sub(r"([\\%_])", r"\\\1", text)
