"""Every finding that code can make has a meaning in the list, and no meaning is without such a finding."""

import re
from pathlib import Path

from schema.catalog import catalog

HERE = Path(__file__).resolve().parents[2]
# Where a rule's name is handed on, and where it is given a name of its own.
NAMED = re.compile(
    r'(?:\bnote|\bFinding|\bProblem|_unread\(unit,)\(?\s*"(?P<one>[a-z_]+)"|^[A-Z]+ = "(?P<two>[a-z_]+)"  # rule of',
    re.M,
)


def test_every_finding_of_code_has_a_meaning():
    rooms = (HERE / room for room in ("schema", "extractors", "warehouse"))
    text = "\n".join(file.read_text(encoding="utf-8") for room in rooms for file in sorted(room.rglob("*.py")))
    made = {match["one"] or match["two"] for match in NAMED.finditer(text)}
    assert len(made) > 25
    assert made == {doubt.rule for doubt in catalog().doubts}


def test_no_finding_has_the_name_of_a_rule():
    names = [rule.name for rule in catalog().rules] + [doubt.rule for doubt in catalog().doubts]
    assert len(set(names)) == len(names)
    assert all(doubt.message_zh and doubt.message_en for doubt in catalog().doubts)
