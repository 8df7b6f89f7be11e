"""`nianbao explore` as a process: it says where it is, answers there, and ends in order."""

import re
import signal
import subprocess
import urllib.request

import pytest

from tests.flows.crawling import First
from tests.flows.running import COMMAND, assert_one_line, environment, nianbao

pytestmark = pytest.mark.slow


def test_the_explorer_answers_where_it_says_and_ends_by_ctrl_c(first: First) -> None:
    command = [COMMAND, "explore", "--no-open", "--port", "0", "--base-url", "nianbao", *first.place.flags]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout
            address = running.stdout.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/nianbao/", address)
            with urllib.request.urlopen(f"{address}search.json?q=qzsmzj") as answer:
                assert "衢州市民政局" in answer.read().decode("unicode_escape")
            port = address.split(":")[2].split("/")[0]
            taken = nianbao("explore", "--no-open", "--port", port, *first.place.flags)
            assert_one_line(taken, 1, f"port {port}", "--port")
            running.send_signal(signal.SIGINT)
            assert running.wait(timeout=60) == 0
        finally:
            running.kill()  # or a test that failed would wait for it for ever
