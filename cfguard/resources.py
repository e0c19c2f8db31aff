"""Where the data that ships with the program lies: bundled policies and schemas."""

from __future__ import annotations

import json
import os


def _folder(name: str) -> str:
    """A data folder: inside the package in a wheel, beside the package in a checkout.

    A checkout has no copy inside the package, so that an edit of a rule acts at once.
    """
    package = os.path.dirname(os.path.abspath(__file__))
    bundled = os.path.join(package, "_data", name)
    return bundled if os.path.isdir(bundled) else os.path.join(os.path.dirname(package), name)


def policies_dir() -> str:
    """The folder of the bundled policies (``<area>/<name>.toml``)."""
    return _folder("policies")


def schema_path(name: str) -> str:
    """The path of a bundled schema by its file name (``settings.schema.json``)."""
    return os.path.join(_folder("schemas"), name)


def read_schema(name: str) -> object:
    """The parsed JSON of a bundled schema; raises OSError where the installation is broken."""
    with open(schema_path(name), encoding="utf-8") as file:
        return json.load(file)
