"""What tests of several rooms need."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The real documents beside the checkout. Without them a test is skipped; on a build machine it fails."""
    if not CORPUS.is_dir():
        missing = f"no corpus of real documents at {CORPUS}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return CORPUS
