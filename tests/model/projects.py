"""Projects built from texts in memory: the model without a disk."""

from __future__ import annotations

from collections.abc import Mapping

from cfguard.discover import Entry, Located, role_of
from cfguard.model.project import Project
from cfguard.model.records import RecordFiles
from cfguard.model.stages import Stages
from cfguard.model.worker import Environment, Worker
from cfguard.reading import format_of
from cfguard.syntax import parse
from cfguard.syntax.node import Document
from cfguard.text import Source


def project(files: Mapping[str, str], stages: Mapping[str, tuple[str, ...]] | None = None) -> Project:
    """A project of files by path; what has no role is text that the model may ask for."""
    located, documents, records = [], {}, []
    for path, text in sorted(files.items()):
        role = role_of(path)
        if role is None or role == "lockfile":
            continue
        if role == "record":
            records.append(Located(path, role))
            continue
        located.append(Located(path, role))
        documents[path] = parse(Source(path, text), format_of(located[-1]))

    def load(file: Located) -> Document | None:
        if file.role in ("migration", "record") and file.path in files:
            return parse(Source(file.path, files[file.path]), format_of(file))
        return documents.get(file.path)

    def listing(folder: str, depth: int) -> tuple[Entry, ...]:
        prefix = f"{folder}/" if folder else ""
        inside = (path.removeprefix(prefix) for path in sorted(files) if path.startswith(prefix))
        return tuple(Entry(path, "file") for path in inside if path.count("/") <= depth)

    return Project(
        tuple(located),
        documents,
        stages=Stages(stages),
        load=load,
        read_text=files.get,
        path_kind=lambda path: "file" if path in files else None,
        read_file=files.get,
        listing=listing,
        records=RecordFiles(
            tuple(records), head=lambda path, size: files[path].encode()[:size], load=load, listing=listing
        ),
    )


def only_worker(text: str, path: str = "wrangler.toml") -> Worker:
    """The one Worker of one config."""
    (worker,) = project({path: text}).workers
    return worker


def environment(text: str, name: str = "") -> Environment:
    """One environment of one config in TOML."""
    (found,) = (each for each in only_worker(text).environments if each.name == name)
    return found
