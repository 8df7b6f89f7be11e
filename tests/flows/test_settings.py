from pathlib import Path

from flows.settings import environment, prepare_prefect, project_data, settle


def test_the_defaults_lie_in_the_data_folder_of_the_project() -> None:
    settings = settle({}, {})
    root = Path(__file__).resolve().parents[2]
    assert settings.data == root / "data" == project_data()
    assert settings.warehouse == f"sqlite:///{root / 'data/warehouse.db'}"
    assert (settings.archive, settings.portals) == (root / "data/archive", root / "data/portals")
    assert settings.corrections == root / "data/corrections.csv"


def test_a_flag_wins_over_the_environment_and_that_over_the_default(tmp_path: Path) -> None:
    environ = {"NIANBAO_DATA": str(tmp_path / "env"), "NIANBAO_ARCHIVE": str(tmp_path / "warcs")}
    settings = settle({"data": str(tmp_path / "flag"), "archive": None}, environ)
    assert settings.data == tmp_path / "flag"
    assert settings.archive == tmp_path / "warcs"
    assert settings.warehouse == f"sqlite:///{tmp_path / 'flag/warehouse.db'}"


def test_registry_and_corrections_do_not_move_with_the_data_folder(tmp_path: Path) -> None:
    settings = settle({"data": str(tmp_path)}, {})
    assert settings.portals == project_data() / "portals"
    assert settings.corrections == project_data() / "corrections.csv"


def test_settings_come_back_from_their_environment(tmp_path: Path) -> None:
    settings = settle({"data": str(tmp_path), "warehouse": "postgresql://u@h/d", "contact": "a@b.example"}, {})
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
