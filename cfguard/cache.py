"""What was worked out once, kept as JSON outside every repository.

A cache is a convenience: where it cannot be read or written the program works without it, and says
nothing. It never holds Python objects (pickle runs code) and never lies in a checked repository,
which could fill it. Readers must check the shape of what they get.
"""

from __future__ import annotations

import os

from cfguard import __version__


def digest(*parts: str) -> str:
    """A key for :func:`read` and :func:`write`: equal for equal parts under the same cfguard version."""
    try:  # hashlib loads OpenSSL first, which takes longer than most of what is kept here
        from _blake2 import blake2b
    except ImportError:
        from hashlib import blake2b

    state = blake2b(digest_size=20)
    for part in (__version__, *parts):
        encoded = part.encode("utf-8", "surrogatepass")
        state.update(str(len(encoded)).encode() + b":" + encoded)
    return state.hexdigest()


def read(kind: str, key: str) -> object | None:
    """The value kept under a key, or None where there is none or it cannot be read."""
    path = _path(kind, key)
    if path is None:
        return None
    import json

    try:
        with open(path, encoding="utf-8") as file:
            value: object = json.load(file)
    except (OSError, ValueError, RecursionError):
        return None
    return value


def write(kind: str, key: str, value: object) -> None:
    """Keep a JSON value under a key; the file appears whole or not at all."""
    path = _path(kind, key)
    if path is None:
        return
    import json

    unfinished = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=True, separators=(",", ":"))
        os.replace(unfinished, path)
    except OSError:
        _discard(unfinished)


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return


def _path(kind: str, key: str) -> str | None:
    folder = _folder()
    return os.path.join(folder, kind, f"{key}.json") if folder else None


def _folder() -> str | None:
    """Where caches lie: ``CFGUARD_CACHE_DIR`` (empty means nowhere), else the user's cache folder."""
    chosen = os.environ.get("CFGUARD_CACHE_DIR")
    if chosen is not None:
        return chosen if os.path.isabs(chosen) else None
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "cfguard") if os.path.isabs(base) else None
