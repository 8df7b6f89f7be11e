"""Every setting with its default and meaning, and where the value in force came from. Loads pydantic."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from flows.settings import PREFIX, SettingsError, project_data, settle

DOTENV = Path(".env")
SEASON, REST = "30 1 * 1-4 *", "30 1 * 5-12 1"
_HIDDEN = "****"
_SECRET_KEY = re.compile(r"(?i)([?&][^=&]*(?:key|token|secret|password|sig|credential)[^=&]*)=[^&]*")


class Given(BaseSettings):
    """The settings as they are written down. Empty texts stand for a default that depends on another setting."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    data: Path = Field(default_factory=project_data, description="folder for what runs leave behind")
    warehouse: str = Field("", description="database; without one the SQLite file warehouse.db in the data folder")
    archive: str = Field("", description="folder of the WARC files, or s3://...; else archive/ in the data folder")
    portals: Path = Field(default_factory=lambda: project_data() / "portals", description="folder of the registry")
    corrections: Path = Field(
        default_factory=lambda: project_data() / "corrections.csv", description="list of corrections"
    )
    contact: str = Field("", description="how portals can reach you, sent with each request")
    engine: Literal["auto", "plain", "prefect"] = Field(
        "auto", description="what runs a crawl: Prefect, or threads of this process; auto: Prefect if it has a server"
    )
    log_level: Literal["debug", "info", "warning", "error", "critical"] = Field(
        "critical", description="the least to log; info shows every page"
    )
    log_format: Literal["plain", "json"] = Field("plain", description="of the log on stderr")
    alerts: str = Field("", description="whom to tell of runs that fail: URLs of apprise, parted by spaces")
    season_cron: str = Field(SEASON, description="when `nianbao serve` crawls from January to April, time of China")
    rest_cron: str = Field(REST, description="and when in the rest of the year")
    nightly_portals: str = Field("", description="ids of what it crawls, parted by spaces; empty: all live portals")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """None but what `gather` hands over, since it wants to know where each came from."""
        return (init_settings,)


class _Environment(EnvSettingsSource):
    """The environment that is told, which need not be the process's own."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = {name.lower(): value for name, value in environ.items()}
        super().__init__(Given)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name: value for name, value in self._environ.items() if value}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it stands: its value as it may be printed, and where that came from."""

    name: str
    value: str
    source: str
    variable: str
    meaning: str


def gather(flags: Mapping[str, str | None], environ: Mapping[str, str]) -> tuple[Given, Mapping[str, str]]:
    """The settings, and of those that are no defaults where they came from. Raises SettingsError."""
    ours = environ is os.environ and DOTENV.is_file()
    sources: dict[str, Mapping[str, Any]] = {
        ".env": _known(DotEnvSettingsSource(Given, env_file=DOTENV)()) if ours else {},
        "environment": _Environment(environ)(),
        "flag": {name: value for name, value in flags.items() if value},
    }
    origins = {name: source for source, values in sources.items() for name in values}
    values = {name: value for source in sources.values() for name, value in source.items()}
    try:
        return Given(**values), origins
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise SettingsError(f"{name} from the {origins[name]}: {first['msg']}, not '{first['input']}'") from error


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """A `.env` may hold settings of other programs, and of Prefect."""
    return {name: value for name, value in values.items() if name in Given.model_fields}


def listed(flags: Mapping[str, str | None], environ: Mapping[str, str] = os.environ) -> list[Setting]:
    """Every setting as it stands, secrets hidden. Raises SettingsError."""
    _, origins = gather(flags, environ)
    settled = settle(flags, environ)
    return [
        Setting(
            name,
            masked(str(getattr(settled, name)), whole=name == "alerts"),
            origins.get(name, "default"),
            f"{PREFIX}{name.upper()}",
            field.description or "",
        )
        for name, field in Given.model_fields.items()
    ]


def unknown(environ: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Variables that look like ours and are none: a misspelt setting would be left out silently."""
    names = {f"{PREFIX}{name.upper()}" for name in Given.model_fields}
    return (name for name in sorted(environ) if name.startswith(PREFIX) and name not in names)


def masked(value: str, *, whole: bool = False) -> str:
    """A value as it may be printed: no password, key or token of a URL. `whole` hides all but the kind of URL."""
    if whole:
        return " ".join(f"{one.partition('://')[0]}://{_HIDDEN}" for one in value.split())
    if "://" not in value:
        return value
    parts = urlsplit(value)
    user, at, host = parts.netloc.rpartition("@")
    name, colon, _ = user.partition(":")
    netloc = f"{name}{colon}{_HIDDEN if colon else ''}{at}{host}"
    return _SECRET_KEY.sub(rf"\1={_HIDDEN}", value.replace(parts.netloc, netloc, 1) if at else value)
