"""`nianbao export` and `nianbao publish` as a person gives them."""

from pathlib import Path

import pandas as pd
import pytest

from tests.flows.running import assert_one_line, called
from tests.warehouse.filled import fill_new


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('filled') / 'warehouse.db'}"
    fill_new(url)
    return url


def test_export_writes_what_was_asked_for_and_says_so(warehouse: str, tmp_path: Path) -> None:
    flags = ("--warehouse", warehouse, "--to", tmp_path / "out")
    done = called("export", *flags, "--format", "csv", "--format", "dta", "--tables", "panel", "--years", "2018-2019")
    assert done.returncode == 0, done
    frame = pd.read_csv(tmp_path / "out" / "panel.csv")
    assert set(frame["year"]) == {2018, 2019}
    assert done.stdout == "".join(f"{tmp_path}/out/panel.{kind}: {len(frame):,} rows\n" for kind in ("csv", "dta"))
    assert done.stderr == ""


def test_export_is_parquet_unless_it_is_told(warehouse: str, tmp_path: Path) -> None:
    done = called("export", "--warehouse", warehouse, "--to", tmp_path)
    assert done.returncode == 0, done
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "coverage.parquet",
        "observations",
        "panel",
        "quality.parquet",
        "revisions.parquet",
        "series",
    ]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--tables", "visit"), "no table visit"),
        (("--years", "19"), "2014-2023"),
        (("--years", "2020-2019"), "are no years"),
        (("--format", "pdf"), "parquet"),
    ],
)
def test_export_tells_what_it_does_not_know(
    warehouse: str, tmp_path: Path, arguments: tuple[str, str], word: str
) -> None:
    assert_one_line(called("export", "--warehouse", warehouse, "--to", tmp_path / "out", *arguments), 2, word)
    assert not (tmp_path / "out").exists()


def test_export_needs_a_place_and_a_warehouse(warehouse: str, tmp_path: Path) -> None:
    assert_one_line(called("export"), 2, "--to")
    assert_one_line(called("export", "--to", tmp_path / "out", "--data", tmp_path), 1, "there is no warehouse")
    (tmp_path / "file").touch()
    blocked = called("export", "--to", tmp_path / "file" / "out", "--warehouse", warehouse)
    assert_one_line(blocked, 1, "cannot write into", "--to")


@pytest.mark.slow
def test_publish_makes_releases_that_can_be_asked_and_exported(warehouse: str, tmp_path: Path) -> None:
    first, second = tmp_path / "releases" / "1", tmp_path / "releases" / "2"
    assert called("publish", "--warehouse", warehouse, "--to", first, "--version", "1").returncode == 0
    done = called("publish", "--warehouse", warehouse, "--to", second, "--version", "2", "--previous", first)
    assert done.returncode == 0, done
    assert "reports: 0 new, 0 changed, 0 gone" in done.stdout
    url = f"sqlite:///{second / 'nianbao.db'}"
    answer = called("query", "SELECT version FROM release", "--format", "csv", "--warehouse", url)
    assert answer.stdout == "version\n2\n"
    again = called("export", "--warehouse", url, "--to", tmp_path / "out", "--format", "xlsx")
    assert again.returncode == 0, again
    assert_one_line(called("publish", "--warehouse", warehouse, "--to", second), 1, "never changed")
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == ["1", "2"]
