"""The benchmark of the warehouse runs, on a country that is always the same, and its ways leave the same rows."""

import sys
from pathlib import Path

import pytest

from benchmarks import loaders, reparse, warehouse
from benchmarks.country import visits
from warehouse import tables

pytestmark = pytest.mark.slow


def test_the_country_is_always_the_same() -> None:
    assert list(visits(50, 1)) == list(visits(50, 1))


def test_it_runs_to_its_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plot = tmp_path / "growth.png"
    arguments = ["--reports", "200", "--rounds", "1", "--only", "load", "space", "duckdb", "--plot", str(plot)]
    monkeypatch.setattr(sys, "argv", ["benchmarks.warehouse", *arguments])
    warehouse.main()
    said = capsys.readouterr().out
    for words in (
        "a second by the whole path",
        "the floor",
        "bytes an observation",
        "export to Parquet",
        "trouble",
    ):
        assert words in said
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_every_way_leaves_the_same_rows(tmp_path: Path) -> None:
    with warehouse.places("sqlite") as new_url:
        loaded = warehouse.load(new_url(), 60)
        rows = loaders.dump(loaded.engine, tables.observation)
        values = loaders.as_values(loaded.engine, tables.observation)
        target = warehouse._without_cells(loaded, new_url, rows)
        for name, way in warehouse.WAYS.items():
            if name != "dlt":  # it makes a table of its own
                warehouse._empty(target)
                way(target, tables.observation, values if name in warehouse.OURS else rows)
                assert loaders.dump(target, tables.observation) == rows, name
        for again in ("the driver, idempotent", "nianbao, idempotent"):
            warehouse.WAYS[again](target, tables.observation, values if again in warehouse.OURS else rows)
        assert loaders.dump(target, tables.observation) == rows
        target.dispose()
        loaded.engine.dispose()


def test_every_way_reads_the_whole_archive(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "argv", ["benchmarks.reparse", "--documents", "4", "--rounds", "1", "--replace"])
    reparse.main()
    said = capsys.readouterr().out
    for words in ("the bare loop", "one process", "two processes", "all replaced", "4 reports", "load when it began"):
        assert words in said
