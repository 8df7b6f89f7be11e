"""`nianbao demo`, twice: what a newcomer sees first."""

from pathlib import Path

import pytest

from tests.flows.crawling import First
from tests.flows.running import nianbao

pytestmark = pytest.mark.slow


def test_the_demo_crawls_answers_and_changes_nothing_the_second_time(
    first: First, prefect: dict[str, str], tmp_path: Path
) -> None:
    one, other = (nianbao("demo", "--data", tmp_path, env=prefect) for _ in range(2))
    assert (one.returncode, other.returncode) == (0, 0), (one, other)
    row = next(line for line in one.stdout.splitlines() if "proactive.total" in line)
    assert "3457" in row
    assert f"sqlite:///{tmp_path}/demo/warehouse.db" in one.stdout
    assert f"nianbao explore --data {tmp_path}/demo\n" in one.stdout
    assert "Nothing changed" not in one.stdout
    assert "Nothing changed" in other.stdout
    assert answers(one.stdout) == answers(other.stdout)
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def answers(output: str) -> str:
    found = output[output.index("What did") :]
    assert found.count("?\n") == 3
    return found
