from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    name: str
    title_zh: str
    title_en: str
    how_to_read: str
    sql: str


def questions() -> Sequence[Question]:
    return ()
