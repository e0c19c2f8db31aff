"""What the name of an env file says: whom it is for, and whether it is an example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfguard.model.entity import Entity, field
from cfguard.model.stages import DEVELOPMENT

if TYPE_CHECKING:
    from cfguard.model.stages import Stages
    from cfguard.syntax.node import Document

_EXAMPLE_WORDS = frozenset(
    {"example", "examples", "template", "sample", "dist", "default", "defaults", "tpl", "tmpl"}
)


class EnvFileName(Entity):
    """An env file, judged by its name alone."""

    expression_type = "env_file_name"

    def __init__(self, document: Document, stages: Stages) -> None:
        super().__init__(document, document.root)
        self._document, self._stages = document, stages
        self.folder, _, self.file_name = document.path.rpartition("/")
        self.base = ".dev.vars" if self.file_name.startswith(".dev.vars") else ".env"
        self._words = [word for word in self.file_name[len(self.base) :].split(".") if word]

    @field
    def path(self) -> str:
        """The path, relative to the root."""
        return self._document.path

    @field
    def name(self) -> str:
        """The file's name."""
        return self.file_name

    @field
    def is_example(self) -> bool:
        """Whether it is an example that people copy (`.example`, `.template`, `.sample`)."""
        return any(word.lower() in _EXAMPLE_WORDS for word in self._words)

    @field
    def environment(self) -> str | None:
        """The environment in its name (`.env.production`, `.dev.vars.staging.local`); absent for `.env`."""
        words = [word for word in self._words if word != "local" and word.lower() not in _EXAMPLE_WORDS]
        return ".".join(words) or None

    @field
    def stage(self) -> str:
        """The stage that its name says; `.dev.vars` and `.env.local` serve development alone.

        Examples belong to no stage: what they hold is not used.
        """
        if self.is_example:
            return ""
        if self.environment is not None:
            return self._stages.of(self.environment)
        return DEVELOPMENT if self.base == ".dev.vars" or "local" in self._words else ""

    @field
    def is_local_override(self) -> bool:
        """Whether it only overrides a part of another env file (`.env.local`, `.env.production.local`)."""
        return "local" in self._words

    @field
    def pattern(self) -> str:
        """The .gitignore pattern that covers it and its siblings."""
        return f"{self.base}*"
