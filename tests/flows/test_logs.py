"""The log as a collector reads it."""

import json
import logging
import re
import subprocess
import sys

import pytest

from flows.logs import JsonLines, PlainLines
from flows.progress import Records


def record(message: str, **extra: object) -> logging.LogRecord:
    logger = logging.getLogger("nianbao.test")
    return logger.makeRecord(logger.name, logging.WARNING, "file", 1, message, (), None, extra=extra)


def test_a_record_is_one_line_of_json() -> None:
    line = JsonLines().format(record("二\n行", portal="quzhou", place=object))
    assert "\n" not in line
    told = json.loads(line)
    assert (told["message"], told["level"], told["logger"], told["portal"]) == (
        "二\n行",
        "warning",
        "nianbao.test",
        "quzhou",
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["time"])


def test_an_error_brings_its_traceback() -> None:
    try:
        raise ValueError("odd")
    except ValueError:
        one = record("failed")
        one.exc_info = sys.exc_info()
    assert "ValueError: odd" in json.loads(JsonLines().format(one))["error"]


def test_for_people_it_is_a_plain_line() -> None:
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d WARNING nianbao.test: words", PlainLines().format(record("words"))
    )


def test_progress_as_records(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "nianbao.progress"), Records() as told:
        told.found("a", 2)
        told.done("a", "fetched 100% 某局")
    (one,) = caplog.records
    assert one.getMessage() == "fetched 100% 某局"
    assert {"portal": "a", "done": 1, "found": 2}.items() <= vars(one).items()


PREFECT = """
import logging
from prefect.logging.configuration import setup_logging
setup_logging()
logging.getLogger("nianbao.x").warning("ours")
logging.getLogger("prefect.x").warning("theirs")
logging.getLogger("nianbao.x").info("too little")
"""


@pytest.mark.slow
def test_prefects_log_goes_the_same_way(tmp_path: object) -> None:
    from flows.settings import prepare_prefect
    from tests.flows.running import environment

    env = environment({"NIANBAO_LOG_FORMAT": "json"})
    prepare_prefect(tmp_path, env, "warning")  # type: ignore[arg-type]
    env["PREFECT_LOGGING_TO_API_ENABLED"] = "false"
    done = subprocess.run([sys.executable, "-c", PREFECT], env=env, capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(one["logger"], one["message"]) for one in told] == [("nianbao.x", "ours"), ("prefect.x", "theirs")]
