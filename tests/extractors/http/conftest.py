from collections.abc import Iterator
from pathlib import Path

import pytest
import requests.adapters

from tests.extractors.http.certificates import Authority
from tests.extractors.loopback import Loopback, Reply, page


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback({"/ok": page("一"), "/robots.txt": Reply("", 404)}) as running:
        yield running


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that our sessions trust, in place of all others."""
    made = Authority(tmp_path)
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(made.pem))
    return made
