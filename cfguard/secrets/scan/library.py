"""A private copy of the parts of detect-secrets that find things, without what a scan has no use for.

Three traps of the package are avoided here (detect-secrets 1.5.0, measured November 2026):

* its ``__init__`` loads a process pool, YAML and ``requests``, 140 ms in all, to find a few secrets
  offline; the detectors themselves take 25 ms;
* its settings are one global that threads share: scans with different settings spoil each other;
* its INI transformer replaces ``configparser.ParsingError`` for the whole process.

So its modules are loaded without the package's own ``__init__``, used by their pure functions only, and
taken out of ``sys.modules`` again: whoever else imports detect-secrets in this process gets the whole one.
"""

from __future__ import annotations

import re
import sys
from _thread import allocate_lock
from functools import cache
from os.path import splitext
from typing import TYPE_CHECKING, Any

from cfguard.named_tuple import NamedTuple
from cfguard.secrets.scan.conditions import MODULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

_PACKAGE = "detect_secrets"
# Packages whose own __init__ loads more than a scan needs.
_BARE = (_PACKAGE, f"{_PACKAGE}.filters")
_loaded: dict[str, ModuleType] = {}
_loading = allocate_lock()


class Missing(Exception):
    """detect-secrets is not installed."""


class Detector(NamedTuple):
    """One detector: its kind as detect-secrets names it, and what it finds in a line of a type of file."""

    kind: str
    find: Callable[[str, str], Iterator[str]]
    plugin: Any


@cache
def detector(name: str) -> Detector:
    """A detector by its class name; see :data:`~cfguard.secrets.scan.conditions.MODULES`."""
    module = _module(f"plugins.{MODULES[name]}")
    plugin = getattr(module, name)()
    if name == "KeywordDetector":
        by_type = module.REGEX_BY_FILETYPE
        type_of = _module("util.filetype").determine_file_type

        def find(path: str, line: str) -> Iterator[str]:
            found: Iterator[str] = plugin.analyze_string(line, by_type.get(type_of(path)))
            return found

    elif hasattr(plugin, "entropy_limit"):

        def find(path: str, line: str) -> Iterator[str]:
            limit, entropy = plugin.entropy_limit, plugin.calculate_shannon_entropy
            return (run for run in plugin.analyze_string(line) if entropy(run) > limit)

    else:

        def find(path: str, line: str) -> Iterator[str]:
            found: Iterator[str] = plugin.analyze_string(line)
            return found

    return Detector(plugin.secret_type, find, plugin)


class Filters(NamedTuple):
    """The filters of detect-secrets that judge lines and values; true means that nothing is reported."""

    allowlisted: Callable[[str, str, str], bool]
    indirect: Callable[[str], bool]
    value: Callable[[str, str, Detector], bool]


@cache
def filters() -> Filters:
    """The filters that are on by default."""
    heuristic, allowlist = _module("filters.heuristic"), _module("filters.allowlist")
    regexes = cache(lambda path: tuple(allowlist._get_allowlist_regexes_for_file(path)))
    by_value = (
        heuristic.is_sequential_string,
        heuristic.is_potential_uuid,
        heuristic.is_templated_secret,
        heuristic.is_prefixed_with_dollar_sign,
        heuristic.is_not_alphanumeric_string,
    )
    # As its own, without the optional group in front that makes a search quadratic.
    reference = re.compile(r"(?::=?|[!=]{1,3})\s*[\w.-]+[\[\(][^\v]*[\]\)]")

    def allowlisted(path: str, line: str, previous: str) -> bool:
        if "pragma" not in line and "pragma" not in previous:
            return False
        same, before = regexes("x.yaml" if splitext(path)[1] == ".yaml" else "x")
        return any(regex.search(line) for regex in same) or any(regex.search(previous) for regex in before)

    def indirect(line: str) -> bool:
        return len(line) <= 1000 and reference.search(line) is not None

    def value(secret: str, line: str, found_by: Detector) -> bool:
        if any(judge(secret) for judge in by_value):
            return True
        return bool(heuristic.is_likely_id_string(secret, line, found_by.plugin))

    return Filters(allowlisted, indirect, value)


def file_rules() -> tuple[frozenset[str], Callable[[str], bool]]:
    """The extensions and the lock file names that detect-secrets passes over."""
    heuristic = _module("filters.heuristic")
    return frozenset(heuristic.IGNORED_FILE_EXTENSIONS), heuristic.is_lock_file


def transformer(name: str) -> Any:
    """A transformer by class name: ``ConfigFileTransformer``, ``EagerConfigFileTransformer``, ``YAMLTransformer``."""
    module = _module("transformers.yaml" if name == "YAMLTransformer" else "transformers.config")
    return getattr(module, name)()


def parsing_error() -> type[Exception]:
    """What a transformer raises for a file that is not of its format."""
    found: type[Exception] = _module("transformers.exceptions").ParsingError
    return found


def _module(name: str) -> ModuleType:
    full = f"{_PACKAGE}.{name}"
    with _loading:
        if full not in _loaded:
            _load(full)
    return _loaded[full]


def _load(full: str) -> None:
    """Import a module of the private copy, and leave the rest of the process as it was."""
    import configparser
    from importlib import import_module

    kept = {name: sys.modules.pop(name) for name in [*sys.modules] if _is_ours(name)}
    parsing_error_before = configparser.ParsingError
    offline = "requests" not in sys.modules
    try:
        sys.modules.update(_loaded or _bare_packages())
        if offline:
            sys.modules["requests"] = _no_network()
        import_module(full)
    except ModuleNotFoundError as error:
        raise Missing("detect-secrets is not installed") from error
    finally:
        _loaded.update((name, sys.modules.pop(name)) for name in [*sys.modules] if _is_ours(name))
        if offline:
            sys.modules.pop("requests", None)
        sys.modules.update(kept)
        configparser.ParsingError = parsing_error_before  # type: ignore[misc]


def _is_ours(name: str) -> bool:
    return name == _PACKAGE or name.startswith(_PACKAGE + ".")


def _bare_packages() -> dict[str, ModuleType]:
    """Packages with a place but no contents, so that importing a module runs nothing beside it."""
    import os
    from importlib.machinery import PathFinder
    from types import ModuleType

    spec = PathFinder.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(_PACKAGE)
    found: dict[str, ModuleType] = {}
    for name in _BARE:
        package = ModuleType(name)
        steps = name.split(".")[1:]
        package.__path__ = [os.path.join(place, *steps) for place in spec.submodule_search_locations]
        found[name] = package
    return found


def _no_network() -> ModuleType:
    """Stands in for ``requests``, with which detectors would ask vendors whether a secret is live."""
    from types import ModuleType

    module = ModuleType("requests")
    module.Response = object  # type: ignore[attr-defined]
    return module
