"""A program is run to its end, whatever it does with its streams."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from cfguard.git import child
from cfguard.git.child import Ended, TimedOut

PYTHON = (sys.executable, "-S", "-c")
LARGE = bytes(range(256)) * 4096


@pytest.fixture(params=["posix", "subprocess"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "subprocess":
        monkeypatch.delattr(os, "posix_spawn")


def run(code: str, feed: bytes = b"", timeout: float = 20.0) -> Ended:
    return child.run((*PYTHON, code), {"LANG": "C"}, feed, timeout)


@pytest.mark.usefixtures("_way")
class TestRun:
    def test_more_than_a_pipe_holds_goes_through(self) -> None:
        code = (
            "import sys\n"
            "while part := sys.stdin.buffer.read1(1000): sys.stdout.buffer.write(part), sys.stderr.buffer.write(part)"
        )
        assert run(code, LARGE) == Ended(0, LARGE, LARGE)

    def test_input_that_nobody_reads_is_no_error(self) -> None:
        assert run("print('done')", LARGE) == Ended(0, b"done\n", b"")

    def test_the_exit_code_and_the_signal_are_told(self) -> None:
        assert run("raise SystemExit(3)").code == 3
        assert run("import os; os.kill(os.getpid(), 9)").code == -9

    def test_the_environment_is_the_one_given(self) -> None:
        assert run("import os; print(sorted(os.environ.items()))").output.startswith(b"[('LANG', 'C')")

    def test_a_program_that_does_not_end_is_stopped(self) -> None:
        with pytest.raises(TimedOut):
            run("import time; time.sleep(60)", timeout=0.1)

    def test_what_cannot_be_started_is_told(self) -> None:
        with pytest.raises(OSError, match="No such file"):
            child.run(("/no/such/program",), {}, b"", 1.0)


def test_nothing_stays_open() -> None:
    before = os.listdir("/dev/fd")
    run("print('done')", LARGE)
    assert os.listdir("/dev/fd") == before


def test_a_caller_without_standard_streams_gets_the_same() -> None:
    code = (
        "import os, sys\n"
        "from cfguard.git import child\n"
        "keep = os.dup(1)\n"
        "os.close(0), os.close(1), os.close(2)\n"
        "done = child.run((sys.executable, '-c', 'import sys; print(sys.stdin.read())'), {}, b'fed', 20.0)\n"
        "os.write(keep, done.output + done.errors)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"fed\n"
