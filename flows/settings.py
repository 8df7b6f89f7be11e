"""Where a command finds and leaves things, from its flags, the environment and the defaults, in that order.

| flag            | environment           | default                               |
|-----------------|-----------------------|---------------------------------------|
| `--data`        | `NIANBAO_DATA`        | `data/` of the project                |
| `--warehouse`   | `NIANBAO_WAREHOUSE`   | SQLite file `warehouse.db` in it      |
| `--archive`     | `NIANBAO_ARCHIVE`     | `archive/` in it                      |
| `--portals`     | `NIANBAO_PORTALS`     | `data/portals/` of the project        |
| `--corrections` | `NIANBAO_CORRECTIONS` | `data/corrections.csv` of the project |
| `--contact`     | `NIANBAO_CONTACT`     | none                                  |
"""

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, fields
from pathlib import Path

from warehouse.place import ArchivePlace

_HERE = Path(__file__).resolve().parent.parent

# Both switches: the first silences the server, the second also the client. Without the longer wait a
# first start on a slow machine fails, since the server builds its database before it answers.
_PREFECT = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The places of a run. `warehouse` is a database URL; `contact` goes into the user agent.

    An archive at a URL is written in `spool/` of the data folder.
    """

    data: Path
    warehouse: str
    archive: ArchivePlace
    portals: Path
    corrections: Path
    contact: str = ""


def settle(flags: Mapping[str, str | None], environ: Mapping[str, str] = os.environ) -> Settings:
    """Settle every place from the flags (by field name), the environment and the defaults."""

    def given(name: str, default: str) -> str:
        return flags.get(name) or environ.get(f"NIANBAO_{name.upper()}") or default

    data = Path(given("data", str(project_data()))).absolute()
    return Settings(
        data=data,
        warehouse=given("warehouse", f"sqlite:///{data / 'warehouse.db'}"),
        archive=ArchivePlace.of(given("archive", str(data / "archive")), data / "spool"),
        portals=Path(given("portals", str(project_data() / "portals"))).absolute(),
        corrections=Path(given("corrections", str(project_data() / "corrections.csv"))).absolute(),
        contact=given("contact", ""),
    )


def environment(settings: Settings) -> dict[str, str]:
    """The environment from which `settle` makes these settings again."""
    return {f"NIANBAO_{field.name.upper()}": str(getattr(settings, field.name)) for field in fields(settings)}


def project_data() -> Path:
    """The `data/` folder of the checkout we run from; of the working directory when installed elsewhere."""
    root = _HERE if (_HERE / "pyproject.toml").is_file() else Path.cwd()
    return root / "data"


def prepare_prefect(data: Path, environ: MutableMapping[str, str] = os.environ) -> None:
    """Set Prefect's environment, leaving alone what the user has set. To be called before it is imported."""
    for name, value in {**_PREFECT, "PREFECT_HOME": str(data / "prefect")}.items():
        environ.setdefault(name, value)
    for name in ("no_proxy", "NO_PROXY"):
        # The client would ask a proxy of the environment for the server on our own loopback.
        direct = [host for host in environ.get(name, "").split(",") if host and host != "127.0.0.1"]
        environ[name] = ",".join([*direct, "127.0.0.1"])
