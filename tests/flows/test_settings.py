from pathlib import Path

from flows.settings import environment, prepare_prefect, project_data, settle
from warehouse.place import ArchivePlace


def test_the_defaults_lie_in_the_data_folder_of_the_project() -> None:
    settings = settle({}, {})
    root = Path(__file__).resolve().parents[2]
    assert settings.data == root / "data" == project_data()
    assert settings.warehouse == f"sqlite:///{root / 'data/warehouse.db'}"
    assert (settings.archive.folder, settings.portals) == (root / "data/archive", root / "data/portals")
    assert settings.corrections == root / "data/corrections.csv"


def test_a_flag_wins_over_the_environment_and_that_over_the_default(tmp_path: Path) -> None:
    environ = {"NIANBAO_DATA": str(tmp_path / "env"), "NIANBAO_ARCHIVE": str(tmp_path / "warcs")}
    settings = settle({"data": str(tmp_path / "flag"), "archive": None}, environ)
    assert settings.data == tmp_path / "flag"
    assert settings.archive == ArchivePlace(tmp_path / "warcs")
    assert settings.warehouse == f"sqlite:///{tmp_path / 'flag/warehouse.db'}"


def test_an_archive_at_a_url_is_written_in_a_folder_of_its_own(tmp_path: Path) -> None:
    urls = ("s3://bucket/warcs", "s3://bucket/other")
    one, other = (settle({"data": str(tmp_path), "archive": url}, {}).archive for url in urls)
    assert (str(one), one.url) == (urls[0], urls[0])
    assert one.folder.parent == other.folder.parent == tmp_path / "spool"
    assert one.folder != other.folder


def test_registry_and_corrections_do_not_move_with_the_data_folder(tmp_path: Path) -> None:
    settings = settle({"data": str(tmp_path)}, {})
    assert settings.portals == project_data() / "portals"
    assert settings.corrections == project_data() / "corrections.csv"


def test_settings_come_back_from_their_environment(tmp_path: Path) -> None:
    settings = settle(
        {"data": str(tmp_path), "warehouse": "postgresql://u@h/d", "contact": "a@b.example", "archive": "s3://b/w"}, {}
    )
    assert settle({}, environment(settings)) == settings


def test_prefect_stays_at_home_and_keeps_what_the_user_has_set(tmp_path: Path) -> None:
    environ = {"PREFECT_LOGGING_LEVEL": "DEBUG", "NO_PROXY": "intranet.example"}
    for _ in range(2):
        prepare_prefect(tmp_path, environ)
    assert environ["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert environ["DO_NOT_TRACK"] == "1"
    assert environ["PREFECT_LOGGING_LEVEL"] == "DEBUG"
    assert environ["NO_PROXY"] == "intranet.example,127.0.0.1"
