"""The notebook runs: on what the sample portals gave, and on a warehouse whose figures break."""

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.flows.crawling import First
from tests.warehouse.filled import fill_new

NOTEBOOK = Path(__file__).resolve().parent.parent.parent / "docs" / "series.ipynb"


def run(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Everything that the notebook shows, run beside the file."""
    monkeypatch.setenv("NIANBAO_WAREHOUSE", warehouse)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    return json.dumps([cell.get("outputs", []) for cell in notebook.cells], ensure_ascii=False)


@pytest.mark.slow
def test_the_notebook_draws_what_the_sample_portals_gave(first: First, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = run(first.place.warehouse, monkeypatch)
    assert "unit: 件" in shown
    assert "breaks: 2019 (close)" in shown
    assert "pieces drawn: 5" in shown
    assert "image/png" in shown


@pytest.mark.slow
def test_a_line_is_interrupted_where_figures_break(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_new(f"sqlite:///{tmp_path / 'warehouse.db'}")
    shown = run(f"sqlite:///{tmp_path / 'warehouse.db'}", monkeypatch)
    assert "pieces drawn: 5" in shown  # three agencies, two of which go on over a break
    assert "image/png" in shown


def test_the_notebook_is_kept_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert not [cell for cell in code if cell.outputs or cell.execution_count]
