"""Files are read once, never through a link out of the tree, and no value is kept."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cfguard import cache
from cfguard.secrets.scan import files
from cfguard.secrets.scan.documents import leaky_documents
from cfguard.secrets.scan.files import blob_id, scan_files
from tests.secrets.samples import Maker

SECRET = Maker(10).hex(32)
LEAK = f"const sessionSecret = '{SECRET}';\n"
LONG_AGO = 1_700_000_000


def write(root: Path, path: str, text: str) -> str:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (LONG_AGO, LONG_AGO))
    return path


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file made a moment ago counts as old, so that its times are trusted."""
    monkeypatch.setattr(files, "_RACY", -(10**18))


def test_hits_come_with_the_blob_id_of_git(tmp_path: Path) -> None:
    write(tmp_path, "src/a.ts", LEAK)
    (found,) = scan_files(str(tmp_path), ["src/a.ts"])
    assert [(hit.line, hit.kind) for hit in found.hits] == [(1, "credential by its name")]
    assert found.blob == blob_id(LEAK.encode())
    assert blob_id(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def test_a_file_that_did_not_change_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.ts", LEAK)
    first = scan_files(str(tmp_path), ["a.ts"])
    monkeypatch.setattr(files, "read_file", lambda root, path: pytest.fail(f"{path} is read"))
    assert scan_files(str(tmp_path), ["a.ts"]) == first


def test_contents_that_are_known_are_not_scanned_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.ts", LEAK)
    first = scan_files(str(tmp_path), ["a.ts"])
    os.utime(tmp_path / "a.ts", (LONG_AGO + 5, LONG_AGO + 5))
    monkeypatch.setattr(files, "scan_content", lambda path, content: pytest.fail(f"{path} is scanned"))
    assert scan_files(str(tmp_path), ["a.ts"])[0].hits == first[0].hits


def test_a_file_that_changed_is_scanned(tmp_path: Path) -> None:
    write(tmp_path, "a.ts", "const a = 1;\n")
    assert scan_files(str(tmp_path), ["a.ts"])[0].hits == ()
    write(tmp_path, "a.ts", LEAK)
    assert len(scan_files(str(tmp_path), ["a.ts"])[0].hits) == 1


def test_times_of_a_moment_ago_are_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_RACY", 10**18)
    write(tmp_path, "a.ts", LEAK)
    scan_files(str(tmp_path), ["a.ts"])
    read: list[str] = []
    real = files.read_file
    monkeypatch.setattr(files, "read_file", lambda root, path: (read.append(path), real(root, path))[1])
    scan_files(str(tmp_path), ["a.ts"])
    assert read == ["a.ts"]


def test_the_cache_holds_no_value(tmp_path: Path) -> None:
    write(tmp_path, "a.ts", LEAK)
    scan_files(str(tmp_path), ["a.ts"])
    kept = [file.read_text() for file in Path(os.environ["CFGUARD_CACHE_DIR"]).rglob("*.json")]
    assert len(kept) == 1
    assert "credential by its name" in kept[0]
    assert SECRET not in kept[0]
    assert "sessionSecret" not in kept[0]


@pytest.mark.parametrize(
    "value", [[], {"a.ts": 1}, {"a.ts": [1, 2, 3, 4, "x", [1]]}, {"a.ts": [1, "b"]}, None]
)
def test_a_cache_of_another_shape_is_not_used(tmp_path: Path, value: object) -> None:
    write(tmp_path, "a.ts", LEAK)
    expected = scan_files(str(tmp_path), ["a.ts"])
    key = cache.digest("scan", files.EDITION, os.path.realpath(tmp_path))
    cache.write("scan", key, value)
    assert scan_files(str(tmp_path), ["a.ts"]) == expected


def test_a_cache_that_was_tampered_with_points_nowhere(tmp_path: Path) -> None:
    write(tmp_path, "a.ts", LEAK)
    scan_files(str(tmp_path), ["a.ts"])
    (file,) = Path(os.environ["CFGUARD_CACHE_DIR"]).rglob("*.json")
    kept = json.loads(file.read_text())
    kept["a.ts"][-1][:3] = [900, 5, 7]
    file.write_text(json.dumps(kept))
    ((_, leaks),) = leaky_documents(str(tmp_path), scan_files(str(tmp_path), ["a.ts"]))
    assert leaks == ()


def test_links_pipes_and_large_files_are_left_out(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    write(outside, "a.ts", LEAK)
    write(root, "b.ts", LEAK)
    write(root, "large.ts", LEAK + "x" * files.MAX_BYTES)
    (root / "link.ts").symlink_to(outside / "a.ts")
    (root / "folder").symlink_to(outside)
    os.mkfifo(root / "pipe.ts")
    paths = ["link.ts", "folder/a.ts", "pipe.ts", "large.ts", "missing.ts", "b.ts", "b\0.ts"]
    assert [each.path for each in scan_files(str(root), paths)] == ["b.ts"]


def test_names_that_no_person_writes_are_left_out(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, path, LEAK) for path in ("pnpm-lock.yaml", "a.min.js", "a.wasm", "a.png", "a.js")
    ]
    assert [each.path for each in scan_files(str(tmp_path), paths)] == ["a.js"]


def test_two_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [write(tmp_path, f"a{number}.ts", f"// {number}\n{LEAK}") for number in range(9)]
    alone = scan_files(str(tmp_path), paths, use_cache=False)
    monkeypatch.setattr(files, "_TWO_PROCESSES", 0)
    monkeypatch.setattr(files, "may_fork", lambda: True)
    assert scan_files(str(tmp_path), paths, use_cache=False) == alone
    assert [len(each.hits) for each in alone] == [1] * 9
