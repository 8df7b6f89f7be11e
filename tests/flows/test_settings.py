import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.settings import NAMES, SettingsError, environment, prepare_prefect, project_data, settle
from flows.sources import listed, masked
from tests.flows.running import assert_one_line, called
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


def test_a_dotenv_file_stands_between_environment_and_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "NIANBAO_CONTACT=dotenv@h.example\nNIANBAO_LOG_FORMAT=json\nPREFECT_API_URL=http://h.example/api\nOTHER=1\n"
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    for name in [name for name in os.environ if name.startswith("NIANBAO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NIANBAO_LOG_FORMAT", "plain")
    monkeypatch.setenv("NIANBAO_PORTALS", "")  # as good as not set
    told = {one.name: (one.value, one.source) for one in listed({"data": "here"})}
    assert told["contact"] == ("dotenv@h.example", ".env")
    assert told["log_format"] == ("plain", "environment")
    assert told["data"] == (str(tmp_path / "here"), "flag")
    assert told["portals"] == (str(project_data() / "portals"), "default")
    assert settle({}, {}).contact == ""  # told of an environment, it reads no other


def test_a_setting_that_may_not_be_is_named_with_where_it_came_from() -> None:
    with pytest.raises(SettingsError, match=r"engine from the environment.*'auto', 'plain' or 'prefect', not 'dask'"):
        settle({}, {"NIANBAO_ENGINE": "dask"})
    assert_one_line(called("portals", env={"NIANBAO_LOG_LEVEL": "loud"}), 1, "log_level", "environment")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("postgresql://user:geheim@db/w?sslmode=require", "postgresql://user:****@db/w?sslmode=require"),
        ("postgresql://user@db/w?password=geheim&x=1", "postgresql://user@db/w?password=****&x=1"),
        ("s3://key:geheim@bucket/w", "s3://key:****@bucket/w"),
        ("https://h.example/w?sig=geheim", "https://h.example/w?sig=****"),
        ("sqlite:////data/warehouse.db", "sqlite:////data/warehouse.db"),
        ("/data/a@b:c", "/data/a@b:c"),
    ],
)
def test_secrets_are_hidden(value: str, shown: str) -> None:
    assert masked(value) == shown


def test_of_alerts_only_the_kind_is_shown() -> None:
    assert masked("mailto://me:geheim@h.example tgram://geheim/1", whole=True) == "mailto://**** tgram://****"


def test_the_command_lists_every_setting_and_names_strays(tmp_path: Path) -> None:
    env = {"NIANBAO_WAREHOUSE": "postgresql://u:geheim@h/d", "NIANBAO_CONTAKT": "x"}
    done = called("settings", "--json", env=env)
    assert done.returncode == 1
    assert "NIANBAO_CONTAKT is no setting" in done.stderr
    assert "geheim" not in done.stdout
    told = json.loads(done.stdout)
    assert [one["name"] for one in told] == list(NAMES)
    assert all(one["meaning"] for one in told)


def test_help_does_not_load_pydantic() -> None:
    program = "import sys; from flows.cli import cli; cli.main(['query', '--help'], standalone_mode=False); "
    program += "sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True).returncode == 0
