"""The texts of migrations as wrangler reads them, and where a project keeps what undoes them."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from cfguard.syntax.node import Document

if TYPE_CHECKING:
    from cfguard.d1.rollbacks import Section

#: The folder that is recommended for rollbacks: wrangler reads no folder inside that of the migrations.
RECOMMENDED = "down"


def text_of(document: Document) -> str:
    """The text as wrangler reads it: the byte order mark, which it keeps, included."""
    return ("\ufeff" if document.source.bom else "") + document.source.text


def shift_of(document: Document) -> int:
    """How far places in that text lie behind those in the file."""
    return int(document.source.bom)


def forward_text(document: Document, section: Section | None) -> str:
    """The text without the section that is meant for rolling back."""
    text = text_of(document)
    return text if section is None else text[: section.marker.start + shift_of(document)]


def undo_text(document: Document, section: Section | None) -> str:
    """The text of a rollback: all of a file, or a section of it."""
    text = text_of(document)
    return text if section is None else text[section.start + shift_of(document) :]


def rollback_name(migration: str, known: Mapping[str, str], applied: Collection[str]) -> str:
    """Where the rollback of a migration belongs, in the terms of ``known``: as the project's others do.

    ``known`` gives the rollbacks that there are by their migrations; those that wrangler would apply
    (``applied``) are no example to follow.
    """
    from cfguard.d1.rollbacks import is_rollback_name, label_of

    label = label_of(migration)
    for other, rollback in known.items():
        if rollback in applied:
            continue
        folder, name = posixpath.split(rollback)
        if is_rollback_name(rollback) and folder == posixpath.dirname(other):
            return posixpath.join(posixpath.dirname(migration), name)
        if label_of(other) in name:
            return posixpath.join(folder, name.replace(label_of(other), label, 1))
    return posixpath.join(RECOMMENDED, f"{label}.sql")
