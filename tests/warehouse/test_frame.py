"""Figures in pandas, from both engines and from a release."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from flows.settings import settle
from tests.warehouse.build import AGENCY
from tests.warehouse.filled import OTHER
from warehouse import panel
from warehouse.errors import WarehouseError
from warehouse.frame import default_url
from warehouse.release.publish import publish

_LAW = "=衢州市司法局"


def test_an_indicator_is_a_tidy_frame(filled_url: str) -> None:
    frame = panel("request.received", years=range(2018, 2022), warehouse=filled_url)
    values = [None if pd.isna(value) else value for value in frame["value"]]
    assert list(zip(frame["agency"], frame["year"], values, frame["status"], strict=True)) == [
        (_LAW, 2018, 7, "reported"),
        (OTHER, 2018, None, "blank"),
        (OTHER, 2019, 25, "reported"),
        (AGENCY, 2018, 12, "reported"),
        (AGENCY, 2019, 15, "reported"),
        (AGENCY, 2021, 21, "reported"),
    ]
    assert frame.loc[frame["break_before"], ["agency", "year"]].to_numpy().tolist() == [[OTHER, 2019], [AGENCY, 2019]]
    assert set(frame["indicator"]) == {"request.received"}
    assert set(frame["unit_zh"]) == {"件"}
    assert frame["value"].dtype == "float64"
    assert frame["year"].dtype == "int64"


def test_attrs_have_units_and_breaks_in_plain_values(filled_url: str, tmp_path: Path) -> None:
    frame = panel("request.received", "granted_narrow", "request.carried_in", warehouse=filled_url)
    assert frame.attrs["units"]["request.received"] == "件"
    assert frame.attrs["labels"]["request.received"]["zh"] == "本年新收政府信息公开申请数量"
    assert frame.attrs["breaks"] == {
        "request.received": [{"year": 2019, "comparability": "close"}],
        "granted_narrow": [{"year": 2019, "comparability": "broken"}],
        "request.carried_in": [],
    }
    assert frame.attrs["do_not_join"] == ["granted_narrow"]
    frame.to_parquet(tmp_path / "frame.parquet")
    assert pd.read_parquet(tmp_path / "frame.parquet").attrs == frame.attrs


def test_series_and_indicators_stand_in_one_frame(filled_url: str) -> None:
    frame = panel("requests_received", "request.received", agencies=AGENCY, warehouse=filled_url)
    by_code = {code: list(rows["value"]) for code, rows in frame.groupby("indicator")}
    assert by_code == {"request.received": [12, 15, 21], "requests_received": [12, 15, 21]}
    assert set(frame["origin"]) == {"reported"}


def test_applicants_are_picked(filled_url: str) -> None:
    people = panel("request.received", applicant="natural_person", warehouse=filled_url)
    assert list(zip(people["agency"], people["year"], people["value"], strict=True)) == [
        (OTHER, 2019, 3),
        (AGENCY, 2019, 3),
        (AGENCY, 2021, 3),
    ]
    both = panel("request.received", applicant=["total", "natural_person"], years=[2021], warehouse=filled_url)
    assert dict(zip(both["applicant"], both["value"], strict=True)) == {"natural_person": 3, "total": 21}


def test_nothing_found_is_an_empty_frame_of_the_same_columns(filled_url: str) -> None:
    full, empty = (panel("request.received", years=years, warehouse=filled_url) for years in (None, [1999]))
    assert len(empty) == 0
    assert dict(empty.dtypes) == dict(full.dtypes)
    assert empty.attrs["breaks"] == full.attrs["breaks"]
    assert len(panel("request.received", agencies=[], warehouse=filled_url)) == 0


def test_a_release_gives_the_same_as_its_warehouse(filled_file: Path, tmp_path: Path) -> None:
    publish(f"sqlite:///{filled_file}", tmp_path / "release")
    ours = panel("request.received", "requests_received", warehouse=filled_file)
    for place in (tmp_path / "release", tmp_path / "release" / "nianbao.db"):
        pd.testing.assert_frame_equal(panel("request.received", "requests_received", warehouse=place), ours)


def test_the_warehouse_is_that_of_the_environment_or_the_one_that_the_command_has(
    filled_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NIANBAO_DATA", raising=False)
    monkeypatch.delenv("NIANBAO_WAREHOUSE", raising=False)
    assert default_url() == settle({}, {}).warehouse
    monkeypatch.setenv("NIANBAO_DATA", str(filled_file.parent))
    assert default_url() == settle({}, {"NIANBAO_DATA": str(filled_file.parent)}).warehouse
    assert len(panel("request.received", agencies=AGENCY)) == 3
    monkeypatch.setenv("NIANBAO_WAREHOUSE", f"sqlite:///{filled_file.parent / 'none.db'}")
    with pytest.raises(WarehouseError, match="there is no warehouse"):
        panel("request.received")


def test_what_is_no_code_is_told(filled_url: str) -> None:
    with pytest.raises(WarehouseError, match=r"request\.recieved is neither .*close to it: request\.received"):
        panel("request.recieved", warehouse=filled_url)
    with pytest.raises(WarehouseError, match="name an indicator"):
        panel(warehouse=filled_url)


@pytest.mark.slow
def test_the_room_does_not_import_pandas_until_it_is_needed() -> None:
    code = "import sys, warehouse, warehouse.engine; assert 'pandas' not in sys.modules; from warehouse import panel"
    subprocess.run([sys.executable, "-c", f"{code}; assert callable(panel)"], check=True)
    with pytest.raises(ImportError):
        from warehouse import nothing  # noqa: F401
