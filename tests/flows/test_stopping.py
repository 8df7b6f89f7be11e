import os
import signal
import subprocess
import sys
import threading

import pytest

from flows.stopping import stop_on_signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_becomes_a_wish(number: signal.Signals) -> None:
    with stop_on_signals() as stop:
        assert not stop
        os.kill(os.getpid(), number)
        assert stop
        assert stop.signal == number


def test_the_former_handlers_come_back() -> None:
    former = signal.getsignal(signal.SIGINT)
    with stop_on_signals():
        assert signal.getsignal(signal.SIGINT) is not former
    assert signal.getsignal(signal.SIGINT) is former


def test_another_thread_goes_without() -> None:
    stops = []

    def run() -> None:
        with stop_on_signals() as stop:
            stops.append(bool(stop))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert stops == [False]


def test_a_second_signal_ends_the_process() -> None:
    program = """
import os, signal, time
from flows.stopping import stop_on_signals
with stop_on_signals():
    os.kill(os.getpid(), signal.SIGINT)
    print("asked", flush=True)
    os.kill(os.getpid(), signal.SIGINT)
    print("still here", flush=True)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (130, "asked\n")
