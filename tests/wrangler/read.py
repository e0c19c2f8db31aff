"""A config text, parsed and validated in one step."""

from __future__ import annotations

from cfguard.syntax import parse
from cfguard.syntax.node import Document, Format
from cfguard.text import Source
from cfguard.wrangler import WranglerDiagnostic, validate


def document(text: str, format: Format = "toml") -> Document:
    """The document of a config text."""
    return parse(Source("wrangler.toml" if format == "toml" else "wrangler.jsonc", text), format)


def findings(text: str, format: Format = "toml") -> tuple[WranglerDiagnostic, ...]:
    """What the validator says; the folder is empty, so no image is a Dockerfile."""
    return validate(document(text, format), path_kind=lambda path: None)


def lines(text: str, format: Format = "toml") -> list[str]:
    """One line per diagnostic: ``code @what it points at: message``."""
    source = document(text, format).source
    return [f"{row.code} @{source.slice(row.span)}: {row.message}" for row in findings(text, format)]


def one(text: str, format: Format = "toml") -> WranglerDiagnostic:
    """The only diagnostic of a text."""
    (row,) = findings(text, format)
    return row
