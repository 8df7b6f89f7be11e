"""Ten questions that researchers ask, each one query over the views: `nianbao query --question NAME`.

A question is a file of this folder. It begins with its title in Chinese and in English, and with how to read the
answer: `-- zh:`, `-- en:` and `-- read:`. The rest is SQL that both engines take.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

NAMES = (
    "requests",
    "disclosure_rate",
    "refusal_mix",
    "not_held",
    "who_asks",
    "remedies",
    "backlog",
    "workload",
    "decisions",
    "trouble",
)

_HEAD = re.compile(r"-- zh: (.+)\n-- en: (.+)\n-- read: (.+)\n")


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its titles, how to read the answer, and the SQL that asks it."""

    name: str
    title_zh: str
    title_en: str
    how_to_read: str
    sql: str


@cache
def question(name: str) -> Question:
    """The question of one of `NAMES`. Raises ValueError where its file does not begin as it should."""
    text = resources.files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
    head = _HEAD.match(text)
    if head is None:
        raise ValueError(f"{name}.sql does not begin with its titles and how to read it")
    return Question(name, head[1], head[2], head[3], text[head.end() :])
