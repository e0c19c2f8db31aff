from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cfguard.api import RefusedRequest, Request, check_request, record_secrets
from cfguard.cli import main
from cfguard.report import FORMATS, render
from cfguard.rotation import (
    Entry,
    Held,
    Key,
    KeyRefused,
    NoRecord,
    compare,
    fingerprint,
    key_path,
    make_key,
    read_key,
    read_record,
    updated,
    write_record,
)

KEY = Key("5d0c41f7a92be863", bytes(range(32)))
OTHER = Key("0123456789abcdef", bytes(range(1, 33)))
TODAY = date(2026, 11, 22)
SECRET, PASSWORD = "9f2c81d07be64a53b1d94c0e7a6f3258", "hunter2!x9"


def entry(value: str, *, name: str = "A", since: date = TODAY, key: Key = KEY) -> Entry:
    return Entry("", "production", name, since, key.id, fingerprint(key, value))


class TestFingerprints:
    def test_depend_on_the_key_and_on_nothing_but_the_value(self) -> None:
        assert fingerprint(KEY, SECRET) == fingerprint(KEY, SECRET)
        assert len({fingerprint(key, text) for key in (KEY, OTHER) for text in (SECRET, PASSWORD)}) == 4

    def test_are_hmac_sha256_and_no_plain_hash(self) -> None:
        import hashlib
        import hmac

        message = b"cfguard secret 1\0" + PASSWORD.encode()
        assert fingerprint(KEY, PASSWORD) == hmac.new(KEY.secret, message, hashlib.sha256).hexdigest()
        assert hashlib.sha256(PASSWORD.encode()).hexdigest() != fingerprint(KEY, PASSWORD)

    def test_same_different_and_unknown(self) -> None:
        assert compare([entry(SECRET)], KEY, SECRET)[0] == "same"
        assert compare([entry(SECRET)], KEY, PASSWORD)[0] == "different"
        assert compare([entry(SECRET)], OTHER, SECRET)[0] == "unknown"
        assert compare([entry(SECRET)], None, SECRET)[0] == "unknown"
        assert compare([], KEY, SECRET)[0] == "unknown"

    @given(st.text())
    def test_take_any_text(self, text: str) -> None:
        assert len(fingerprint(KEY, text)) == 64


class TestRecords:
    def test_read_back_what_was_written(self) -> None:
        entries = (entry(SECRET), entry(PASSWORD, name="B"))
        assert read_record(write_record(entries)) == entries
        assert write_record(()) == '{\n  "version": 1,\n  "secrets": [\n\n  ]\n}\n'

    def test_hold_an_entry_a_line(self) -> None:
        lines = write_record((entry(SECRET), entry(SECRET, name="B"))).splitlines()
        assert len(lines) == 7
        assert all(json.loads(line.rstrip(",")) for line in lines[3:5])

    def test_keep_the_date_of_what_stayed_and_the_entries_of_other_keys(self) -> None:
        old = date(2025, 1, 1)
        before = (
            entry(SECRET, since=old),
            entry("x", name="B", since=old),
            entry(SECRET, since=old, key=OTHER),
        )
        held = [Held("", "production", "A", SECRET), Held("", "production", "B", "y"), Held("", "", "C", "z")]
        after = {(each.name, each.key): each for each in updated(before, held, KEY, TODAY)}
        assert {name: each.since for name, each in after.items()} == {
            ("A", KEY.id): old,
            ("A", OTHER.id): old,
            ("B", KEY.id): TODAY,
            ("C", KEY.id): TODAY,
        }
        assert list(updated(before, held, KEY, TODAY)) == sorted(updated(before, held, KEY, TODAY))

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", '{"version": 2, "secrets": []}', "[" * 100_000, '{"version": 1}']
    )
    def test_that_are_none_are_refused(self, text: str) -> None:
        with pytest.raises(NoRecord):
            read_record(text)

    @given(
        st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner))
    )
    @hypothesis_settings(max_examples=50)
    def test_entries_of_any_shape_are_left_out(self, item: object) -> None:
        assert read_record(json.dumps({"version": 1, "secrets": [item, None, 3]})) == ()

    def test_an_entry_with_a_wrong_part_is_left_out(self) -> None:
        good = {**entry(SECRET)._asdict(), "since": "2026-11-22"}
        wrong = [
            {**good, "since": "soon"},
            {**good, "key": "x"},
            {**good, "fingerprint": "00"},
            {**good, "name": ""},
            {**good, "name": "N" * 501},
        ]
        assert read_record(json.dumps({"version": 1, "secrets": [*wrong, good]})) == (entry(SECRET),)


class TestKeys:
    def test_are_made_for_the_user_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "home" / "cfguard" / "secrets.key"
        made = make_key(str(tmp_path / "repository"), str(path))
        assert read_key(str(tmp_path / "repository"), str(path)) == made
        assert len(made.secret) == 32
        if os.name != "nt":
            assert path.stat().st_mode & 0o777 == 0o600

    def test_are_not_replaced(self, tmp_path: Path) -> None:
        path = str(tmp_path / "secrets.key")
        make_key("/nowhere", path)
        with pytest.raises(KeyRefused, match="cannot be written"):
            make_key("/nowhere", path)

    def test_may_not_lie_in_the_repository(self, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(tmp_path / "repository")
        for path in (tmp_path / "repository" / "secrets.key", tmp_path / "link" / "secrets.key"):
            with pytest.raises(KeyRefused, match="lies in the repository"):
                make_key(str(tmp_path / "repository"), str(path))

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
    def test_that_others_can_read_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "secrets.key"
        make_key("/nowhere", str(path))
        path.chmod(0o640)
        with pytest.raises(KeyRefused, match="chmod 600"):
            read_key("/nowhere", str(path))

    @pytest.mark.parametrize("content", [b"", b"secret", b"\xff\xfe", b"00:11", b"x" * 10_000])
    def test_of_another_shape_are_refused(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "secrets.key"
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(KeyRefused):
            read_key("/nowhere", str(path))

    def test_lie_where_the_user_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CFGUARD_KEY_FILE", "/keys/of/mine")
        assert key_path() == os.path.abspath("/keys/of/mine")
        monkeypatch.delenv("CFGUARD_KEY_FILE")
        monkeypatch.setenv("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME", os.path.abspath("/config"))
        assert key_path() == os.path.join(os.path.abspath("/config"), "cfguard", "secrets.key")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "wrangler.toml").write_text('name = "acme"\n')
    (root / ".dev.vars").write_text(f"SESSION_SECRET={SECRET}\nADMIN_PASSWORD={PASSWORD}\nLOG_LEVEL=info\n")
    (root / ".dev.vars.example").write_text(f"OTHER_SECRET={SECRET}\n")
    return root


class TestCommand:
    def test_records_secrets_and_never_a_value(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["secrets", "record", str(project), "--today", "2025-01-01"]) == 0
        told = capsys.readouterr().out
        text = (project / "cfguard-secrets.json").read_text()
        key = Path(key_path()).read_text()
        assert "2 new, 0 changed, 0 the same" in told
        assert [each.name for each in read_record(text)] == ["ADMIN_PASSWORD", "SESSION_SECRET"]
        for secret in (SECRET, PASSWORD, key.strip().partition(":")[2]):
            assert secret not in told
            assert secret not in text

    def test_a_second_time_says_what_changed(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        main(["secrets", "record", str(project), "--today", "2025-01-01"])
        (project / ".dev.vars").write_text(f"SESSION_SECRET={SECRET}\nADMIN_PASSWORD={PASSWORD}7\n")
        capsys.readouterr()
        assert main(["secrets", "record", str(project), "--today", "2026-01-01"]) == 0
        assert capsys.readouterr().out == "cfguard-secrets.json: 0 new, 1 changed, 1 the same\n"

    def test_a_check_says_which_are_the_same_and_no_format_says_what(self, project: Path) -> None:
        main(["secrets", "record", str(project), "--today", "2025-01-01"])
        report = check_request(Request(paths=(str(project),), select=("secrets/not-rotated",), today=TODAY))
        assert [finding.rule for finding in report.findings] == ["secrets/not-rotated"] * 2
        for format in FORMATS:
            text = render(report, format)
            assert SECRET not in text
            assert PASSWORD not in text

    def test_without_the_key_a_check_cannot_tell(self, project: Path) -> None:
        main(["secrets", "record", str(project), "--today", "2025-01-01"])
        Path(key_path()).unlink()
        report = check_request(Request(paths=(str(project),), select=("secrets/not-rotated",), today=TODAY))
        assert report.findings == ()
        assert [note.message for note in report.notes if "recorded" in note.message] == [
            "cannot tell whether 2 recorded secrets were changed: this machine has no key"
        ]

    def test_another_file_under_that_name_is_left_alone(self, project: Path) -> None:
        (project / "cfguard-secrets.json").write_text("[]")
        with pytest.raises(RefusedRequest, match="is no record of cfguard"):
            record_secrets(Request(paths=(str(project),)))
        assert (project / "cfguard-secrets.json").read_text() == "[]"

    def test_a_link_is_replaced_and_not_followed(self, project: Path, tmp_path: Path) -> None:
        (tmp_path / "outside").write_text("{}")
        main(["secrets", "record", str(project)])
        text = (project / "cfguard-secrets.json").read_text()
        (project / "cfguard-secrets.json").unlink()
        (project / "cfguard-secrets.json").symlink_to(tmp_path / "outside")
        assert main(["secrets", "record", str(project)]) == 2
        assert (tmp_path / "outside").read_text() == "{}"
        assert text

    def test_without_secrets_there_is_nothing_to_do(self, project: Path) -> None:
        (project / ".dev.vars").write_text("LOG_LEVEL=info\nSESSION_SECRET=change-me\n")
        assert main(["secrets", "record", str(project)]) == 3
        assert not (project / "cfguard-secrets.json").exists()
        assert not Path(key_path()).exists()
