"""Fixes change files whole or not at all, only those of the project, and only what they mean to change."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from cfguard import cli, terminal
from cfguard.api import Request
from cfguard.fixing import Edited, Unwritable, write_files
from cfguard.repair import repair
from cfguard.text import Source

STALE = 'name = "acme"\r\nmain = "a.ts"\r\ncompatibility_date = \'2024-01-01\' # why\r\n'
FRESH = STALE.replace("2024-01-01", "2026-11-22")


def request(root: Path) -> Request:
    return Request((str(root),), today=date(2026, 11, 22), select=("wrangler/compatibility-date-stale",))


def project(root: Path, text: str = STALE, *, bom: bool = False) -> Path:
    config = root / "wrangler.toml"
    config.write_bytes((b"\xef\xbb\xbf" if bom else b"") + text.encode())
    return config


def test_line_ends_quotes_comments_marks_and_modes_stay(tmp_path: Path) -> None:
    config = project(tmp_path, bom=True)
    config.chmod(0o640)
    done = repair(request(tmp_path), unsafe=True, write=True)
    assert config.read_bytes() == b"\xef\xbb\xbf" + FRESH.encode()
    assert stat.S_IMODE(config.stat().st_mode) == 0o640
    assert [each.rule for each in done.made] == ["wrangler/compatibility-date-stale"]
    assert not done.report.findings
    assert [each.name for each in tmp_path.iterdir()] == ["wrangler.toml"]


def test_unsafe_fixes_are_made_only_when_asked_for(tmp_path: Path) -> None:
    config = project(tmp_path)
    assert repair(request(tmp_path), unsafe=False, write=True).files == ()
    assert config.read_bytes() == STALE.encode()


def test_a_look_changes_nothing(tmp_path: Path) -> None:
    config = project(tmp_path)
    shown = repair(request(tmp_path), unsafe=True, write=False)
    assert config.read_bytes() == STALE.encode()
    assert [each.after.text for each in shown.files] == [FRESH]
    assert len(shown.report.findings) == 1


def test_a_file_that_changed_in_the_meantime_is_left_alone(tmp_path: Path) -> None:
    config = project(tmp_path, "name = 1\n")
    before, after = Source("wrangler.toml", STALE), Source("wrangler.toml", FRESH)
    with pytest.raises(Unwritable, match="has changed in the meantime"):
        write_files(str(tmp_path), [Edited("wrangler.toml", before, after)])
    assert config.read_text() == "name = 1\n"


@pytest.mark.parametrize("place", ["file", "folder"])
def test_nothing_is_written_through_a_link_out_of_the_project(tmp_path: Path, place: str) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    if place == "folder":
        (root / "down").symlink_to(outside, target_is_directory=True)
        edited = Edited("down/new.sql", None, Source("down/new.sql", "x"))
    else:
        project(outside)
        (root / "wrangler.toml").symlink_to(outside / "wrangler.toml")
        edited = Edited("wrangler.toml", Source("wrangler.toml", STALE), Source("wrangler.toml", FRESH))
    with pytest.raises(Unwritable, match="outside the project"):
        write_files(str(root), [edited])
    assert "new.sql" not in os.listdir(outside)


def test_what_cannot_be_written_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    done = repair(request(tmp_path), unsafe=True, write=True)
    assert [each.message for each in done.report.problems] == [
        "cannot write `wrangler.toml`: permission denied"
    ]
    assert (tmp_path / "wrangler.toml").read_bytes() == STALE.encode()
    assert [each.name for each in tmp_path.iterdir()] == ["wrangler.toml"]


def test_killed_at_any_moment_the_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    padding = "# " + "x" * 500 + "\r\n"
    old, new = (text + padding * 1500 for text in (STALE, FRESH))
    config = project(tmp_path, old)
    words = ["check", str(tmp_path), "--fix", "--unsafe-fixes", "--today", "2026-11-22", "--exit-zero"]
    command = [sys.executable, "-m", "cfguard", *words]
    started = time.monotonic()
    subprocess.run(command, capture_output=True, check=True)
    whole = time.monotonic() - started
    assert config.read_bytes() == new.encode()
    seen = set()
    for step in range(12):
        project(tmp_path, old)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole * step / 9)
        process.send_signal(signal.SIGKILL)
        process.wait()
        text = config.read_bytes()
        assert text in (old.encode(), new.encode())
        seen.add(text)
    assert old.encode() in seen


def test_the_command_says_what_it_fixed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(tmp_path)
    words = ["check", str(tmp_path), "--today", "2026-11-22", "--select", "wrangler/compatibility-date-stale"]
    assert cli.main(words) == terminal.FINDINGS
    assert (
        "Can be fixed: 1 finding with `--fix --unsafe-fixes`; `--diff` shows how." in capsys.readouterr().out
    )
    assert cli.main([*words, "--diff", "--unsafe-fixes"]) == terminal.FINDINGS
    shown = capsys.readouterr()
    assert "-compatibility_date = '2024-01-01' # why\n+compatibility_date = '2026-11-22' # why\n" in shown.out
    assert shown.err.startswith(
        "Would fix 1 finding:\n  wrangler.toml:3 wrangler/compatibility-date-stale: Set"
    )
    assert cli.main([*words, "--diff"]) == terminal.FINDINGS
    assert capsys.readouterr() == ("", "Nothing would be fixed\n")
    assert cli.main([*words, "--fix", "--unsafe-fixes"]) == terminal.OK
    assert capsys.readouterr().out.startswith("Fixed 1 finding:\n")
    assert cli.main([*words, "--fix", "--format", "json"]) == terminal.OK
    assert capsys.readouterr().out.startswith("{")
    assert cli.main([*words, "--unsafe-fixes"]) == terminal.FAILED


def test_a_diff_shows_no_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = "9f2c81d07be64a53b1d94c0e7a6f3258"
    (tmp_path / ".dev.vars").write_text(f"SESSION_SECRET={secret}\nSESSION_SECRET={secret}1\n")
    (tmp_path / "wrangler.toml").write_text('name = "acme"\n')
    cli.main(["check", str(tmp_path), "--diff", "--unsafe-fixes", "--select", "env/duplicate-key"])
    shown = capsys.readouterr()
    assert "-SESSION_SECRET=••••" in shown.out
    assert secret not in shown.out + shown.err
