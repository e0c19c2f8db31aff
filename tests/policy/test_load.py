"""The bundled rules come from their files, or from what was kept of the same files, which is the same."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cfguard.policy import load
from cfguard.policy.load import load_bundled
from cfguard.resources import policies_dir

AREA = "oauth"


@pytest.fixture
def policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a few rules that a test may change, and an empty cache."""
    folder = tmp_path / "policies"
    shutil.copytree(Path(policies_dir()) / AREA, folder / AREA)
    monkeypatch.setattr(load, "policies_dir", lambda: str(folder))
    monkeypatch.setenv("CFGUARD_CACHE_DIR", str(tmp_path / "cache"))
    return folder / AREA


def kept(policies: Path) -> Path:
    (file,) = (policies.parent.parent / "cache" / "rules").iterdir()
    return file


def test_what_is_kept_gives_the_rules_of_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFGUARD_CACHE_DIR", "")
    fresh = load_bundled()
    monkeypatch.setenv("CFGUARD_CACHE_DIR", str(tmp_path))
    assert load_bundled() == fresh
    monkeypatch.setattr(load, "read_table", None)  # a file that is read again would be a TypeError
    assert load_bundled() == fresh


def test_a_change_that_leaves_time_and_size_is_seen(policies: Path) -> None:
    first = load_bundled()[0]
    file = policies / f"{first.id.partition('/')[2]}.toml"
    before, text = file.stat(), file.read_text("utf-8")
    changed = text.replace(first.title, first.title[::-1])
    file.write_text(changed, "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert load_bundled()[0].title == first.title[::-1]


def test_a_rule_that_comes_or_goes_is_seen(policies: Path) -> None:
    ids = [rule.id for rule in load_bundled()]
    file = policies / f"{ids[0].partition('/')[2]}.toml"
    file.rename(policies / "zz-moved.toml")
    assert [rule.id for rule in load_bundled()] == [*ids[1:], f"{AREA}/zz-moved"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda tables: "nonsense",
        lambda tables: tables[1:],
        lambda tables: [[], *tables[1:]],
        lambda tables: [{}, *tables[1:]],
        lambda tables: [{**tables[0], "let": 1}, *tables[1:]],
    ],
)
def test_what_is_not_the_shape_that_was_kept_is_read_anew(
    policies: Path, damage: Callable[[list[object]], object]
) -> None:
    fresh = load_bundled()
    file = kept(policies)
    file.write_text(json.dumps(damage(json.loads(file.read_text("utf-8")))), "utf-8")
    assert load_bundled() == fresh
