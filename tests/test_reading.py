"""Bad input, file by file: what cannot be read is told by name, and all others are read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cfguard import reading
from cfguard.api import check
from cfguard.discover import Located
from cfguard.finding import Note, Problem, Report
from cfguard.reading import MAX_BYTES, Unreadable, read_bytes, read_documents, read_head, read_settings_file

GOOD = 'name = "acme"\ncompatibility_date = "2999-01-01"\n'


def told(root: Path, path: str = "wrangler.toml") -> Problem | Note:
    with pytest.raises(Unreadable) as caught:
        read_bytes(str(root), path)
    return caught.value.told


def run(root: Path) -> Report:
    """A check with a good file beside the bad one, which must be read whatever the other is."""
    (root / "api").mkdir()
    (root / "api/wrangler.toml").write_text(GOOD)
    report = check(str(root), select=["config/*", "wrangler/compatibility-date-in-future"])
    assert "api/wrangler.toml" in [finding.path for finding in report.findings]
    return report


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_bytes(b"")
    report = run(tmp_path)
    assert report.checked == 2
    assert not report.problems


def test_a_binary_file_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(range(256)))
    assert isinstance(told(tmp_path), Note)
    report = run(tmp_path)
    assert [note.path for note in report.notes if note.path] == ["wrangler.toml"]
    assert not report.problems


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_another_encoding_is_a_finding(tmp_path: Path, codec: str) -> None:
    (tmp_path / "wrangler.toml").write_bytes(GOOD.encode(codec))
    report = run(tmp_path)
    assert [(each.rule, each.path) for each in report.findings if each.path == "wrangler.toml"] == [
        ("config/wrong-encoding", "wrangler.toml")
    ]


def test_a_nul_inside_text_is_a_binary_file(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_bytes(GOOD.encode() + b'x = "\x00"\n')
    assert isinstance(told(tmp_path), Note)


def test_latin_1_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_bytes('name = "Müller"\n'.encode("latin-1"))
    assert ("config/wrong-encoding", "wrangler.toml") in [
        (each.rule, each.path) for each in run(tmp_path).findings
    ]


def test_a_huge_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_bytes(b"#" * (MAX_BYTES + 1))
    found = told(tmp_path)
    assert isinstance(found, Problem)
    assert (found.kind, found.path) == ("too-large", "wrangler.toml")
    assert [problem.kind for problem in run(tmp_path).problems] == ["too-large"]


def test_the_largest_file_allowed_is_read(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_bytes(b"#" * MAX_BYTES)
    assert len(read_bytes(str(tmp_path), "wrangler.toml")) == MAX_BYTES


def test_a_folder_under_a_known_name_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").mkdir()
    assert isinstance(told(tmp_path), Note)
    assert [note.path for note in run(tmp_path).notes if note.path] == ["wrangler.toml"]


def test_a_link_in_a_circle_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").symlink_to("wrangler.toml")
    found = told(tmp_path)
    assert isinstance(found, Problem)
    assert found.kind == "unreadable"
    assert [problem.kind for problem in run(tmp_path).problems] == ["unreadable"]


def test_a_dangling_link_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").symlink_to("nowhere.toml")
    assert isinstance(told(tmp_path), Problem)


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text('name = "outside"')
    project = tmp_path / "project"
    project.mkdir()
    (project / "wrangler.toml").symlink_to(tmp_path / "secret.toml")
    (problem,) = run(project).problems
    assert (problem.kind, problem.path) == ("outside-root", "wrangler.toml")
    assert str(tmp_path) not in problem.message


def test_a_linked_folder_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "wrangler.toml").write_text("")
    project = tmp_path / "project"
    project.mkdir()
    (project / "api").symlink_to(outside)
    found = told(project, "api/wrangler.toml")
    assert isinstance(found, Problem)
    assert found.kind == "outside-root"


def test_a_link_inside_the_project_is_followed(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(GOOD)
    (tmp_path / "wrangler.toml").symlink_to("base.toml")
    assert read_bytes(str(tmp_path), "wrangler.toml") == GOOD.encode()


def test_a_file_that_may_not_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wrangler.toml").write_text(GOOD)
    real = os.open

    def refuse(path: str, *arguments: int, **options: int) -> int:
        if path == str(tmp_path / "wrangler.toml"):
            raise PermissionError(13, "Permission denied", path)
        return real(path, *arguments, **options)

    monkeypatch.setattr(reading.os, "open", refuse)
    (problem,) = run(tmp_path).problems
    assert (problem.kind, problem.path) == ("unreadable", "wrangler.toml")
    assert problem.message == "cannot read the file: permission denied"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "wrangler.toml")
    os.mkfifo(tmp_path / ".dev.vars")
    command = [sys.executable, "-m", "cfguard", "check", str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, timeout=20, check=False, cwd=Path(__file__).parent.parent, text=True
    )
    assert done.returncode == 0, done.stderr
    assert (
        "this is not a regular file; it is not checked (.dev.vars, wrangler.toml)"
        in done.stdout + done.stderr
    )


def test_a_template_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_text('name = "{{name}}"\n{{#if d1}}\n')
    report = run(tmp_path)
    assert [note.path for note in report.notes if note.path] == ["wrangler.toml"]
    assert [each.path for each in report.findings] == ["api/wrangler.toml"]


def test_braces_in_a_comment_make_no_template(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").write_text("# {{ name }} is filled in by hand\n" + GOOD)
    assert "wrangler.toml" in [finding.path for finding in run(tmp_path).findings]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("wrangler.json", "[" * 200_000),
        ("wrangler.json", '{"a":' * 100_000),
        ("wrangler.toml", "a = " + "[" * 200_000),
        ("wrangler.toml", "a = " + "{b=" * 100_000),
        ("wrangler.toml", "a = " + "[" * 3_000 + "]" * 3_000),
        ("wrangler.json", "[" * 3_000 + "]" * 3_000),
        ("wrangler.toml", ".".join("a" * 3_000) + " = 1"),
        ("wrangler.toml", "[" + ".".join("a" * 3_000) + "]\nx = 1"),
        (".devcontainer.json", '{"forwardPorts":' + "[" * 3_000 + "1" + "]" * 3_000 + "}"),
    ],
    ids=lambda value: value[:20],
)
def test_depth_is_no_danger(tmp_path: Path, path: str, text: str) -> None:
    (tmp_path / path).write_text(text)
    report = check(str(tmp_path), profile="all")
    assert [problem for problem in report.problems if problem.kind != "too-large"] == []


def test_one_bad_file_leaves_all_others(tmp_path: Path) -> None:
    (tmp_path / "wrangler.toml").mkdir()
    (tmp_path / ".env").write_text("A=1")
    library = read_documents(str(tmp_path), [Located("wrangler.toml", "wrangler"), Located(".env", "env")])
    assert list(library.documents) == [".env"]
    assert (len(library.notes), len(library.problems)) == (1, 0)


def test_settings_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.toml", tmp_path):
        with pytest.raises(Unreadable, match="cannot read the settings"):
            read_settings_file(str(path))


def test_settings_that_are_too_large_are_not_read_in_part(tmp_path: Path) -> None:
    (tmp_path / "large.toml").write_text('fail_on = "error"\n' + "#" * MAX_BYTES)
    with pytest.raises(Unreadable, match="larger than 1 MB"):
        read_settings_file(str(tmp_path / "large.toml"))


@pytest.mark.parametrize("spelled", ["\\u0000", "\\ud800"], ids=["NUL", "half a pair"])
@pytest.mark.parametrize(
    "devcontainer",
    [
        '{"build": {"dockerfile": "@Dockerfile", "context": "@"}}',
        '{"dockerComposeFile": "@compose.yml", "service": "x"}',
        '{"image": "@", "features": {"./@": {}}, "postCreateCommand": "bash @x.sh && bash .devcontainer/@.sh"}',
    ],
    ids=["Dockerfile", "Compose", "image"],
)
def test_a_path_that_no_file_can_have_is_no_danger(tmp_path: Path, devcontainer: str, spelled: str) -> None:
    wrangler = (
        '{"name": "acme", "main": "src/@.ts", "d1_databases": [{"binding": "DB", "migrations_dir": "@m"}]}'
    )
    (tmp_path / "wrangler.jsonc").write_text(wrangler.replace("@", spelled))
    (tmp_path / ".devcontainer.json").write_text(devcontainer.replace("@", spelled))
    report = check(str(tmp_path), profile="all")
    assert report.problems == ()
    assert report.findings


def test_no_file_can_have_a_nul_in_its_name(tmp_path: Path) -> None:
    assert told(tmp_path, "a\0b").message == "cannot read the file: no file can have this name"
    assert reading.path_kind(str(tmp_path), "a\0b") is None
    assert reading.list_folder(str(tmp_path), "a\0b", 1) == ()
    assert not reading.has_code(str(tmp_path), "a\0b")


def test_the_head_of_a_file_is_read_and_of_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("0123456789")
    (tmp_path / "link.json").symlink_to(tmp_path / "a.json")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    root = str(tmp_path)
    assert read_head(root, "a.json", 4) == b"0123"
    for name in ("link.json", "folder", "pipe", "absent", "x\0y"):
        assert read_head(root, name, 4) == b"", name


def test_lines_are_known_by_their_first_two(tmp_path: Path) -> None:
    (tmp_path / "lines.json").write_text('{"a": 1}\n{"a": 2}\n')
    (tmp_path / "table.json").write_text('{"a": 1\n}\n')
    formats = {
        name: read_documents(str(tmp_path), [Located(name, "record")]).documents[name].format
        for name in ("lines.json", "table.json")
    }
    assert formats == {"lines.json": "jsonl", "table.json": "jsonc"}
