"""Keyed fingerprints of secrets, by which a later run knows whether a secret was changed, and nobody its value.

A fingerprint is HMAC-SHA256 under a random key of 256 bits that never lies in the repository: without the
key not even a short password can be guessed from it. Equal values have equal fingerprints, so that stages
can be compared. Loaded by `cfguard secrets record` and by rules about recorded secrets alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Literal

from cfguard.named_tuple import NamedTuple

VERSION = 1

Verdict = Literal["same", "different", "unknown"]

_KEY_BYTES = 32
_MOST = 10_000
_LONGEST = 500
_HEX = frozenset("0123456789abcdef")


class Key(NamedTuple):
    """A key with the short random name by which records refer to it."""

    id: str
    secret: bytes


class Entry(NamedTuple):
    """What is recorded of one secret: since when it had the value of this fingerprint, under which key."""

    folder: str
    environment: str
    name: str
    since: date
    key: str
    fingerprint: str

    @property
    def identity(self) -> tuple[str, str, str]:
        """The secret that it speaks of, whichever key it is under."""
        return self.folder, self.environment, self.name


class Held(NamedTuple):
    """A secret of this machine as its env file holds it."""

    folder: str
    environment: str
    name: str
    value: str


class KeyRefused(Exception):
    """The key cannot be used; the message says why in half a sentence."""


class NoRecord(Exception):
    """A file under the record's name that is none."""


def key_path() -> str:
    """Where the key lies: ``CFGUARD_KEY_FILE``, else the user's configuration folder."""
    chosen = os.environ.get("CFGUARD_KEY_FILE", "")
    if chosen:
        return os.path.abspath(chosen)
    base = os.environ.get("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".config")
    return os.path.join(base, "cfguard", "secrets.key")


def read_key(root: str, path: str) -> Key | None:
    """The key in a file (:func:`key_path`), None where there is no such file.

    Raises :class:`KeyRefused` for a key inside of the repository, one that others may read, or no key at all.
    """
    _refuse_inside(root, path)
    try:
        with open(path, encoding="ascii") as opened:
            if os.name != "nt" and stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & 0o077:
                raise KeyRefused("its file can be read by others: `chmod 600` it")
            text = opened.read(_LONGEST)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise KeyRefused("its file cannot be read") from None
    id, _, secret = text.strip().partition(":")
    if not _is_hex(id, 16) or not _is_hex(secret, 2 * _KEY_BYTES):
        raise KeyRefused("its file holds no key of cfguard")
    return Key(id, bytes.fromhex(secret))


def make_key(root: str, path: str) -> Key:
    """A new random key, kept in a file for this user alone; raises :class:`KeyRefused` where it cannot be kept."""
    _refuse_inside(root, path)
    key = Key(os.urandom(8).hex(), os.urandom(_KEY_BYTES))
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="ascii", newline="\n") as opened:
            opened.write(f"{key.id}:{key.secret.hex()}\n")
    except OSError as error:
        raise KeyRefused(
            f"its file cannot be written ({(error.strerror or 'unknown reason').lower()})"
        ) from None
    return key


def _refuse_inside(root: str, path: str) -> None:
    real, inside = os.path.realpath(path), os.path.realpath(root)
    if real == inside or real.startswith(inside.rstrip(os.sep) + os.sep):
        raise KeyRefused("its file lies in the repository, where it could be committed")


def fingerprint(key: Key, value: str) -> str:
    """The fingerprint of a value under a key, as 64 hexadecimal digits."""
    return digest(key.secret, b"cfguard secret 1\0" + value.encode("utf-8", "surrogatepass"), sha256).hex()


def compare(entries: Iterable[Entry], key: Key | None, value: str) -> tuple[Verdict, Entry | None]:
    """What the entries of one secret, under any keys, say of the value that it has now, and the one that says so."""
    for entry in entries:
        if key is not None and entry.key == key.id:
            same = compare_digest(entry.fingerprint, fingerprint(key, value))
            return ("same" if same else "different"), entry
    return "unknown", None


def read_record(text: str) -> tuple[Entry, ...]:
    """The entries of a record, those that are none left out; raises :class:`NoRecord` for any other file."""
    import json

    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise NoRecord from None
    if (
        not isinstance(data, dict)
        or data.get("version") != VERSION
        or not isinstance(data.get("secrets"), list)
    ):
        raise NoRecord
    found = (_entry(item) for item in data["secrets"][:_MOST])
    return tuple(entry for entry in found if entry is not None)


def _entry(item: object) -> Entry | None:
    if not isinstance(item, Mapping):
        return None
    texts = [item.get(name) for name in ("folder", "environment", "name", "since", "key", "fingerprint")]
    folder, environment, name, since, key, print_ = (
        text if isinstance(text, str) and len(text) <= _LONGEST else "" for text in texts
    )
    try:
        day = date.fromisoformat(since)
    except ValueError:
        return None
    if not name or not _is_hex(key, 16) or not _is_hex(print_, 64):
        return None
    return Entry(folder, environment, name, day, key, print_)


def _is_hex(text: str, length: int) -> bool:
    return len(text) == length and _HEX.issuperset(text)


def updated(entries: Iterable[Entry], held: Iterable[Held], key: Key, today: date) -> tuple[Entry, ...]:
    """The entries after a look at this machine's secrets: a value that is as before keeps its date.

    Entries under other machines' keys, and of secrets that this machine does not hold, stay as they are.
    """
    found = {(*entry.identity, entry.key): entry for entry in entries}
    for each in held:
        identity = (each.folder, each.environment, each.name, key.id)
        print_ = fingerprint(key, each.value)
        before = found.get(identity)
        if before is None or before.fingerprint != print_:
            found[identity] = Entry(each.folder, each.environment, each.name, today, key.id, print_)
    return tuple(found[identity] for identity in sorted(found))


def write_record(entries: Iterable[Entry]) -> str:
    """A record as text: an entry a line, in an order of its own, so that changes are easy to review and merge."""
    import json

    lines = [
        json.dumps({**entry._asdict(), "since": entry.since.isoformat()}, ensure_ascii=False)
        for entry in entries
    ]
    body = ",\n".join(f"    {line}" for line in lines)
    return f'{{\n  "version": {VERSION},\n  "secrets": [\n{body}\n  ]\n}}\n'
