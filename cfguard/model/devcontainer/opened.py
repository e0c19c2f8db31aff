"""What a dev container opens: a folder with everything below it."""

from __future__ import annotations

from cfguard.model.devcontainer.files import Files
from cfguard.model.package import Package
from cfguard.model.worker import Worker
from cfguard.named_tuple import NamedTuple
from cfguard.paths import folder_above


def opened_folder(path: str) -> str:
    """The folder that a devcontainer.json opens: the one that holds ``.devcontainer``."""
    if path.rpartition("/")[2] == ".devcontainer.json":
        return folder_above(path)
    return path.rpartition(".devcontainer/")[0].rstrip("/")


class Opened(NamedTuple):
    """What a dev container opens: the folder (relative to the root), its Workers, packages and files."""

    folder: str
    workers: tuple[Worker, ...]
    packages: tuple[Package, ...]
    files: Files
