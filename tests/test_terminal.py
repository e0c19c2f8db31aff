"""What a person sees: colours, links, width, progress, and an end that is quiet."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cfguard import ending, progress, terminal
from cfguard.finding import Report
from cfguard.report import render
from cfguard.report.links import file_address, page_address
from tests.report.samples import SAMPLES

ROOT = Path(__file__).parent.parent
OLD = 'name = "acme"\nmain = "src/index.ts"\ncompatibility_date = "2024-01-01"\n'
ASKED = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "CI", "COLUMNS", "TERM_PROGRAM")


class Terminal:
    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> None:
        self.text = getattr(self, "text", "") + text

    def flush(self) -> None: ...


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ASKED:
        monkeypatch.delenv(name, raising=False)


def watched(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in place of the streams; not a fixture, because pytest changes them before the test."""
    made = Terminal()
    monkeypatch.setattr(sys, "stdout", made)
    monkeypatch.setattr(sys, "stderr", made)
    return made


@pytest.mark.parametrize(
    ("environment", "in_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"CLICOLOR": "1"}, True, False),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"CLICOLOR_FORCE": "0"}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
    ids=str,
)
def test_colours_by_the_environment(
    environment: dict[str, str],
    in_terminal: bool,
    in_pipe: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert terminal.use_color("auto") is in_pipe
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert terminal.use_color("auto") is in_terminal
    assert terminal.use_color("always") is True
    assert terminal.use_color("never") is False


@pytest.mark.parametrize(
    ("environment", "links"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"WT_SESSION": "x"}, True),
        ({"VTE_VERSION": "6800"}, True),
        ({"VTE_VERSION": "4999"}, False),
        ({"TERM_PROGRAM": "vscode", "CI": "true"}, False),
        ({"TERM_PROGRAM": "vscode", "FORCE_HYPERLINK": "0"}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
    ],
    ids=str,
)
def test_links_where_terminals_show_them(
    environment: dict[str, str], links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not terminal.use_links(environment), "never for a pipe"
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert terminal.use_links(environment) is links


def test_places_lead_to_files_and_the_words_stay_the_same() -> None:
    report = SAMPLES["full"]()
    plain = render(report, "text")
    linked = render(report, "text", links="/home/me/shop")
    assert (
        "\x1b]8;;file:///home/me/shop/apps/shop/wrangler.toml\x1b\\apps/shop/wrangler.toml:2:22\x1b]8;;"
        in linked
    )
    assert "\x1b" not in plain
    import re

    assert re.sub(r"\x1b\]8;;[^\x1b]*\x1b\\", "", linked) == plain
    assert render(report, "json", links="/home/me/shop") == render(report, "json")


def test_an_address_cannot_end_its_link() -> None:
    evil = file_address("/r", "a\x1b\\\x07 b\u202e#?%/ключ\ud800.toml")
    assert evil.isascii()
    assert evil.isprintable()
    assert " " not in evil
    assert page_address("docs/rules/a/b.md") == ""
    assert page_address("https://x.dev/a\x1b\\b") == "https://x.dev/a%1B%5Cb"


@pytest.mark.parametrize(
    ("stated", "width"), [("72", 72), ("0", 100), ("x", 100), ("", 100), ("9" * 30, 100)]
)
def test_the_width(stated: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", stated)
    assert terminal.terminal_width() == width


def test_an_empty_run_says_what_is_looked_for() -> None:
    shown = render(Report(empty=True), "text")
    assert "Nothing to check" in shown
    assert "wrangler.toml, .json and .jsonc" in shown
    assert "cfguard check PATH" in shown
    assert "looks here" not in render(Report(checked=1), "text")


def test_progress_waits_and_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = watched(monkeypatch)
    now = 100.0
    monkeypatch.setattr(progress, "monotonic", lambda: now)
    with progress.ProgressLine() as line:
        line("reading, {} files", 1, 9)
        now = 100.4
        line("reading, {} files", 2, 9)
        assert not hasattr(screen, "text")
        now = 100.6
        line("reading, {} files", 3, 9)
        line("reading, {} files", 4, 9)
        assert screen.text == "\r\x1b[2Kcfguard: reading, 3 of 9 files"
    assert screen.text.endswith("files\r\x1b[2K")
    assert ending.unfinished == []


def test_a_short_run_shows_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = watched(monkeypatch)
    with progress.ProgressLine() as line:
        line("reading, {} files", 1, 9)
    assert not hasattr(screen, "text")


def test_what_is_known_to_take_long_is_told_at_once_and_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = watched(monkeypatch)
    with progress.ProgressLine() as line:
        line.say("copying the project")
        assert screen.text == "\r\x1b[2Kcfguard: copying the project"
        line.say("x" * 1_000)
    assert screen.text.endswith(f"cfguard: {'x' * 100}\r\x1b[2K")


def test_nobody_watches_a_pipe_or_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch)
    assert terminal.shows_progress()
    monkeypatch.setenv("CI", "true")
    assert not terminal.shows_progress()
    monkeypatch.delenv("CI")
    monkeypatch.setattr(sys, "stderr", None)
    assert not terminal.shows_progress()


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def in_terminal(words: list[str], folder: Path, **more: str) -> tuple[int, str]:
    """Run the program with a real terminal on all its streams."""
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "cfguard", *words],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(**{"TERM": "xterm-256color", **more}),
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux says that the other side has gone
            break
        if not part:
            break
        shown += part
    os.close(ours)
    return started.wait(60), shown.decode()


def test_a_real_terminal_gets_colours_and_links(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_text(OLD)
    code, shown = in_terminal(["check"], tmp_path, TERM_PROGRAM="vscode")
    assert code == 1
    assert "\x1b[1;31merror[wrangler/compatibility-date-stale]" in shown
    assert f"\x1b]8;;file://{tmp_path}/wrangler.toml\x1b\\" in shown
    _, plain = in_terminal(["check"], tmp_path, NO_COLOR="1")
    assert "\x1b" not in plain


#: Runs the program on a check that takes forever, and says so once it is under way.
_SLOW = """
import sys, time
from cfguard import api, cli, terminal
def forever(request, progress=None):
    for number in range(10**6):
        if progress is not None:
            progress("checking, {} rules", number, 10**6)
        if number == 1:
            print("under way", flush=True)
        time.sleep(0.01)
api.check_request = forever
cli.run()
"""


def interrupt(streams: int | None, **more: str) -> tuple[int, str]:
    started = subprocess.Popen(
        [sys.executable, "-c", _SLOW, "check"],
        stdout=subprocess.PIPE,
        stderr=streams if streams is not None else subprocess.PIPE,
        env=environment(**more),
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "under way\n"
    if streams is not None:
        time.sleep(progress.DELAY + 0.3)
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=30)
    return started.returncode, out + (err or "")


def test_ctrl_c_is_130_and_silent() -> None:
    assert interrupt(None) == (130, "")


def test_ctrl_c_takes_the_progress_away() -> None:
    ours, theirs = pty.openpty()
    code, _ = interrupt(theirs, TERM="xterm")
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert code == 130
    assert "cfguard: checking, " in shown
    assert shown.endswith("\r\x1b[2K")


def test_ctrl_c_inside_of_sqlite_is_not_taken_for_an_answer(tmp_path: Path) -> None:
    """The authorizer is Python called from C, where an exception would only mean a refusal."""
    code = (
        "import os, signal, sqlite3, sys\n"
        "from cfguard import api, cli\n"
        "def check(request, progress=None):\n"
        "    database = sqlite3.connect(':memory:')\n"
        "    def authorize(*_):\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        return sqlite3.SQLITE_OK\n"
        "    database.set_authorizer(authorize)\n"
        "    database.execute('select 1')\n"
        "api.check_request = check\n"
        "cli.run()\n"
    )
    words = [sys.executable, "-c", code, "check"]
    done = subprocess.run(words, capture_output=True, text=True, env=environment(), check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_whoever_started_it_deaf_to_ctrl_c_is_obeyed(tmp_path: Path) -> None:
    command = f'trap "" INT; cd "{tmp_path}"; "{sys.executable}" -m cfguard check & kill -INT $!; wait $!'
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=environment(), check=False)
    assert done.returncode == 3


def test_a_report_that_was_being_written_is_not_left_behind(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from cfguard import terminal\n"
        "signal.signal(signal.SIGINT, terminal.interrupted)\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGINT)\n"
        "terminal.write_file('out.json', 'x')\n"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, cwd=tmp_path, env=environment(), capture_output=True, check=False)
    assert done.returncode == 130
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_went_away_is_told_nothing(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"a{number}").mkdir()
        (tmp_path / f"a{number}/wrangler.toml").write_text(OLD)
    command = (
        f'"{sys.executable}" -m cfguard check "{tmp_path}" --format json | true; echo ${{PIPESTATUS[0]}}'
    )
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env=environment(), check=False
    )
    assert (done.stdout, done.stderr) == ("2\n", "")
