"""Print the scores of the reader on the corpus: `python -m tests.corpus [FOLDER]`."""

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.conftest import CORPUS
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
    return 1 if any(score.silent for score in scores) else 0


if __name__ == "__main__":
    sys.exit(main())
