"""The log: lines on stderr for people, or one JSON object a line for a collector. Prefect's goes the same way.

What a run did is in the ledger and in its summary; the log is for watching, and nothing is derived from it. A line of
JSON has `time` (UTC, ISO), `level`, `logger`, `message`, `process`, what was given as `extra`, and `error` with the
traceback where there is one.
"""

import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

QUIET = "critical"
LEVELS = ("debug", "info", "warning", "error", QUIET)
PREFECT_CONFIG = Path(__file__).with_name("logging.yml")
_OURS = "nianbao"
_PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# What every record has; any other attribute was given as `extra`.
_USUAL = frozenset({*logging.LogRecord("", 0, "", 0, "", None, None).__dict__, "message", "asctime", "taskName"})


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, Any] = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        line |= {name: value for name, value in record.__dict__.items() if name not in _USUAL}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """A record as a line for people, in UTC as everything else."""

    def __init__(self) -> None:
        super().__init__(_PLAIN)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - overridden
        """The moment, to the second."""
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(record.created))


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what stderr is at the moment: it may be another stream than when this was made."""

    @property
    def stream(self) -> TextIO:
        """The stream."""
        return sys.stderr

    @stream.setter
    def stream(self, _: TextIO) -> None:
        pass


def formatter(form: str = "") -> logging.Formatter:
    """The formatter of a format, or that of the environment: `flows/logging.yml` names it to Prefect."""
    return JsonLines() if (form or os.environ.get("NIANBAO_LOG_FORMAT")) == "json" else PlainLines()


def set_up(level: str, form: str) -> None:
    """Log to stderr from `level` up; a level that is none is told later, with the other settings.

    Of libraries only what `debug` asks for, and what is critical.
    """
    handler = _Stderr()
    handler.setFormatter(formatter(form))
    name = (level if level in LEVELS else QUIET).upper()
    logging.basicConfig(handlers=[handler], level=name if level == "debug" else QUIET.upper(), force=True)
    logging.getLogger(_OURS).setLevel(name)
