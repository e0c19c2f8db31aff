"""Which of several configs wrangler reads: three searches upwards, one for each file name, and the first name wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cfguard.model.entity import Entity, field
from cfguard.model.surroundings import Surroundings
from cfguard.paths import below, folder_above, upwards
from cfguard.syntax.node import Document

#: The plain names, the strongest first: each beats the later ones from any folder above (4.164.0, read 2026-11-22).
PREFERENCE = ("wrangler.json", "wrangler.jsonc", "wrangler.toml")


class ConfigFile(Entity):
    """A wrangler config as a file, whether anybody reads it or not."""

    expression_type = "config_file"

    def __init__(self, document: Document, shadowed_by: str | None, around: Surroundings) -> None:
        super().__init__(document, document.root)
        self._document, self._shadowed_by, self._around = document, shadowed_by, around

    def belongs_to(self) -> tuple[str | None, str | None]:
        return self._document.path, None

    @field
    def path(self) -> str:
        """The file's path, relative to the root."""
        return self._document.path

    @field
    def name(self) -> str:
        """The file's name."""
        return self._document.path.rpartition("/")[2]

    @field
    def shadowed_by(self) -> str | None:
        """The config that wrangler takes instead of it when it is started in its folder."""
        return self._shadowed_by

    @field
    def is_shadowed_by_neighbour(self) -> bool:
        """Whether the config that wrangler takes lies in the same folder."""
        return self._shadowed_by is not None and folder_above(self._shadowed_by) == folder_above(self.path)

    @field
    def is_named_by_command(self) -> bool:
        """Whether a command of a package.json gives it to wrangler by its path (`--config`)."""
        return self._around.is_named_by_command(self.path)


def config_files(documents: Iterable[Document], around: Surroundings) -> Iterator[ConfigFile]:
    """The configs that have a plain name; those named after an environment are only read when a command says so."""
    found = [each for each in documents if each.path.rpartition("/")[2] in PREFERENCE]
    # Of the folders above the path that is checked only the disk knows; each is asked once.
    is_there = {each.path: True for each in found}
    for document in found:
        yield ConfigFile(document, _stronger(document.path, is_there, around), around)


def _stronger(path: str, is_there: dict[str, bool], around: Surroundings) -> str | None:
    name, folder = path.rpartition("/")[2], folder_above(path)
    for better in PREFERENCE[: PREFERENCE.index(name)]:
        for above in upwards(folder):
            candidate = below(above, better)
            if candidate not in is_there:
                is_there[candidate] = around.path_kind(candidate) == "file"
            if is_there[candidate]:
                return candidate
    return None
