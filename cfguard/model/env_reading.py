"""Which env files wrangler reads for an environment in local development, and what values it takes from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.syntax.dotenv_expansion import expand

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cfguard.model.variable import EnvFile

#: Setting it on a JavaScript object adds no key.
_LOST = "__proto__"


def read_for(files: tuple[EnvFile, ...], environment: str) -> tuple[EnvFile, ...]:
    """The env files beside a config that wrangler reads for an environment in local development, in order.

    Of `.dev.vars.<env>` and `.dev.vars` the first that exists is the only file read; without either,
    `.env`, `.env.local`, `.env.<env>` and `.env.<env>.local` are merged (wrangler 4.164, 2026-11-22).
    """
    by_name = {file.file_name: file for file in files}
    for name in [f".dev.vars.{environment}"] * bool(environment) + [".dev.vars"]:
        if name in by_name:
            return (by_name[name],)
    names = [".env", ".env.local"]
    if environment:
        names += [f".env.{environment}", f".env.{environment}.local"]
    return tuple(by_name[name] for name in names if name in by_name)


def values_read(files: Iterable[EnvFile]) -> dict[str, str]:
    """The values that wrangler takes from the files of :func:`read_for`: merged, then expanded if they are `.env`s.

    References see the merged values, whichever file they stand in (`scripts/dotenv_fuzz.py`).
    """
    merged: dict[str, str] = {}
    expands = False
    for file in files:
        expands = file.base == ".env"
        members = file.document.root.members if file.document is not None else {}
        merged.update((name, str(node.value)) for name, node in members.items() if name != _LOST)
    return expand(merged) if expands else merged
