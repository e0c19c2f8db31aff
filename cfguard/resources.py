"""Where the data that ships with the program lies: rules and tables are files, not code."""

from __future__ import annotations

import os
from typing import Any

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def _folder(name: str) -> str:
    # A wheel carries the data inside the package; a checkout keeps it beside, where people edit it.
    bundled = os.path.join(_PACKAGE, "_data", name)
    return bundled if os.path.isdir(bundled) else os.path.join(os.path.dirname(_PACKAGE), name)


def policies_dir() -> str:
    """The folder of the bundled rules, absolute."""
    return _folder("policies")


def schema_path(name: str) -> str:
    """The absolute path of a bundled schema by its short name (``wrangler``); the file may not exist."""
    return os.path.join(_folder("schemas"), f"{name}.schema.json")


def read_schema(name: str) -> dict[str, Any]:
    """A bundled schema as plain data; raises OSError or ValueError when the installation is broken."""
    import json

    with open(schema_path(name), encoding="utf-8") as file:
        schema: dict[str, Any] = json.load(file)
    return schema


def read_data(name: str) -> dict[str, Any]:
    """A dated table that lies beside the schemas (``limits``); raises OSError or ValueError as they do."""
    import json

    with open(os.path.join(_folder("schemas"), f"{name}.json"), encoding="utf-8") as file:
        data: dict[str, Any] = json.load(file)
    return data
