"""Print the scores of the reader on the corpus, and its recall by format: `python -m tests.corpus [FOLDER]`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from tests.conftest import CORPUS
from tests.corpus.formats import Recall, by_format, real_pdf
from tests.corpus.score import every


def main() -> int:
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    if not corpus.is_dir():
        print(f"no corpus of real documents at {corpus}; name its folder", file=sys.stderr)
        return 1
    scores = every(corpus)
    table = Table("score", "asked", "right", "%", "silent wrong numbers", title="The reader on the corpus")
    for score in scores:
        share = f"{100 * score.right / score.asked:.2f}" if score.asked else "-"
        table.add_row(score.name, str(score.asked), str(score.right), share, str(len(score.silent)))
    Console().print(table)
    for score in scores:
        for wrong in score.wrong:
            print(f"{score.name}: {wrong}")
    recalls = formats(corpus)
    return 1 if any(score.silent for score in scores) or any(recall.wrong for recall in recalls) else 0


def formats(corpus: Path) -> list[Recall]:
    """Print what is read of each format and of scans of each quality; some minutes."""
    with TemporaryDirectory() as folder:
        recalls = [real_pdf(corpus), *by_format(Path(folder))]
    table = Table("format", "cells", "right", "%", "as text", "wrong numbers", title="Documents that are not HTML")
    for recall in recalls:
        share = f"{100 * recall.right / recall.asked:.1f}"
        counts = (recall.asked, recall.right, share, recall.text, len(recall.wrong))
        table.add_row(recall.name, *map(str, counts))
    Console().print(table)
    for recall in recalls:
        for line in dict.fromkeys([*recall.refused, *recall.wrong]):
            print(f"{recall.name}: {line}")
    return recalls


if __name__ == "__main__":
    sys.exit(main())
