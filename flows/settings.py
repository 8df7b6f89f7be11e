"""What a command is told from outside: flags, the environment, a file `.env`, defaults, in that order.

`flows.sources` lists every setting with its default and meaning, and `nianbao settings` prints them as they stand.
What a setting is when it is used is here, and light: pydantic is loaded when a command settles, never for `--help`.
"""

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, fields
from pathlib import Path

from flows.logs import PREFECT_CONFIG, QUIET
from warehouse.place import ArchivePlace

_HERE = Path(__file__).resolve().parent.parent
PREFIX = "NIANBAO_"

# Both switches: the first silences the server, the second also the client. Without the longer wait a
# first start on a slow machine fails, since the server builds its database before it answers. The batches make the
# server's recorder of task runs cost half.
_PREFECT = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
}


class SettingsError(Exception):
    """A setting is not what it may be. The message is one line: which, where it came from, what it may be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a run. `warehouse` is a database URL; `contact` goes into the user agent.

    An archive at a URL is written in `spool/` of the data folder. `alerts` are URLs of apprise, parted by spaces.
    """

    data: Path
    warehouse: str
    archive: ArchivePlace
    portals: Path
    corrections: Path
    contact: str = ""
    engine: str = "auto"
    log_level: str = "critical"
    log_format: str = "plain"
    alerts: str = ""
    season_cron: str = ""
    rest_cron: str = ""
    nightly_portals: str = ""


NAMES = tuple(field.name for field in fields(Settings))


def settle(flags: Mapping[str, str | None], environ: Mapping[str, str] = os.environ) -> Settings:
    """Settle everything from the flags (by field name), the environment, `.env` and the defaults.

    `.env` of the working directory is read beside the process's own environment only. Raises SettingsError.
    """
    from flows.sources import gather

    given, _ = gather(flags, environ)
    data = given.data.absolute()
    return Settings(
        data=data,
        warehouse=given.warehouse or f"sqlite:///{data / 'warehouse.db'}",
        archive=ArchivePlace.of(given.archive or str(data / "archive"), data / "spool"),
        portals=given.portals.absolute(),
        corrections=given.corrections.absolute(),
        **{name: getattr(given, name) for name in NAMES[5:]},
    )


def environment(settings: Settings) -> dict[str, str]:
    """The environment from which `settle` makes these settings again."""
    return {f"{PREFIX}{name.upper()}": str(getattr(settings, name)) for name in NAMES}


def project_data() -> Path:
    """The `data/` folder of the checkout we run from; of the working directory when installed elsewhere."""
    root = _HERE if (_HERE / "pyproject.toml").is_file() else Path.cwd()
    return root / "data"


def prepare_prefect(data: Path, environ: MutableMapping[str, str] = os.environ, level: str = QUIET) -> None:
    """Set Prefect's environment, leaving alone what the user has set. To be called before it is imported."""
    logging = {
        "PREFECT_LOGGING_LEVEL": level.upper(),
        "PREFECT_LOGGING_TO_API_ENABLED": str(level != QUIET).lower(),
        "PREFECT_LOGGING_SETTINGS_PATH": str(PREFECT_CONFIG),
    }
    for name, value in {**_PREFECT, **logging, "PREFECT_HOME": str(data / "prefect")}.items():
        environ.setdefault(name, value)
    for name in ("no_proxy", "NO_PROXY"):
        # The client would ask a proxy of the environment for the server on our own loopback.
        direct = [host for host in environ.get(name, "").split(",") if host and host != "127.0.0.1"]
        environ[name] = ",".join([*direct, "127.0.0.1"])
